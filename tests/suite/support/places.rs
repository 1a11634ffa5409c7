//! Places of a request where an identity does not belong, each with a way to write one there.

use serde_json::{Value, json};

use crate::support::operations::{programme_input, project_input};
use crate::support::raw::{Raw, bearer, graphql, request};
use crate::support::statement::{SUBMIT, action, justified, present, submission};
use crate::support::world::some_siret;

/// Everything that a place needs to be written into.
pub struct Pen<'a> {
    pub url: &'a str,
    pub partner: String,
    pub officer: String,
    pub project: String,
    pub report: String,
    pub programme: String,
    pub organisation: String,
}

impl Pen<'_> {
    pub fn ask(&self, headers: &str, document: &str, variables: &Value) -> Raw {
        graphql(self.url, headers, document, variables)
    }

    fn raw(&self, body: &str) -> Raw {
        let headers = format!("{}Content-Type: application/json\r\n", self.partner);
        request(self.url, "POST /graphql", &headers, body.as_bytes())
    }

    fn statement(&self, change: impl FnOnce(&mut Value)) -> Raw {
        let mut input = submission(&self.project, "2024-Q2", 1, vec![present("W-1", "9903017421", "2023-02-01")]);
        change(&mut input);
        self.ask(&self.partner, SUBMIT, &json!({ "input": input }))
    }

    /// Sends a file for a period, with parameters and the type of its content.
    fn file(&self, parameters: &str, kind: &str, body: &str) -> Raw {
        let start = format!("POST /v1/projects/{}/reports/2024-Q2/submissions?baseVersion=1{parameters}", self.project);
        request(self.url, &start, &format!("{}Content-Type: {kind}\r\n", self.partner), body.as_bytes())
    }

    fn register(&self, name: &str, type_name: &str, input: &Value) -> Raw {
        let document = format!(
            "mutation R($input: {type_name}!) {{ {name}(input: $input) {{ userErrors {{ code path message }} }} }}"
        );
        self.ask(&self.officer, &document, &json!({ "input": input }))
    }
}

/// A table of one row.
const ROW: &str = "reference,entry_on,sex,birth_year,protection_status,french_at_entry,education,labour_status,\
    residence_department\nA-1,2023-01-10,F,1990,REFUGEE,A2,LEVEL_3,UNEMPLOYED,69";

pub type Place = (&'static str, fn(&Pen<'_>, &str) -> Raw);

/// Places where an identity does not belong, and where any text may be written.
pub const WRONG_PLACES: &[Place] = &[
    ("reference", |pen, canary| pen.statement(|input| input["participations"][0]["reference"] = canary.into())),
    ("reference, dressed", |pen, canary| {
        pen.statement(|input| input["participations"][0]["reference"] = format!("A-{canary}-x").into())
    }),
    ("justification", |pen, canary| {
        pen.statement(|input| {
            *input = justified(input.clone());
            input["justifications"][0]["text"] = format!("It is {canary} and 2 others.").into();
        })
    }),
    ("justification's code", |pen, canary| {
        pen.statement(|input| input["justifications"] = json!([{ "code": canary, "path": canary, "text": "Checked." }]))
    }),
    ("birth year", |pen, canary| pen.statement(|input| input["participations"][0]["birthYear"] = canary.into())),
    ("date", |pen, canary| pen.statement(|input| input["participations"][0]["entryOn"] = canary.into())),
    ("department", |pen, canary| {
        pen.statement(|input| input["participations"][0]["residenceDepartment"] = canary.into())
    }),
    ("enumeration", |pen, canary| pen.statement(|input| input["participations"][0]["sex"] = canary.into())),
    ("number", |pen, canary| {
        let number = canary.parse::<u64>().map_or_else(|_| canary.into(), Value::from);
        pen.statement(|input| input["baseVersion"] = number)
    }),
    ("stage one", |pen, canary| {
        pen.statement(|input| input["participations"][0]["identity"] = json!({ "stageOne": canary }))
    }),
    ("period", |pen, canary| pen.statement(|input| input["period"] = canary.into())),
    ("project", |pen, canary| pen.statement(|input| input["project"] = canary.into())),
    ("unknown input field", |pen, canary| {
        pen.statement(|input| input[format!("n{canary}")] = json!({ "value": canary }))
    }),
    ("reason", |pen, canary| {
        let input = json!({ "report": pen.report, "version": 1, "reason": format!("Remove {canary} at once.") });
        pen.ask(&pen.officer, &action("reportReturn"), &json!({ "input": input }))
    }),
    ("title", |pen, canary| {
        let mut input = project_input("CANARY", &pen.programme, &pen.organisation);
        input["title"] = format!("With {canary} a house").into();
        pen.register("projectRegister", "ProjectRegisterInput", &input)
    }),
    ("code of a project", |pen, canary| {
        pen.register(
            "projectRegister",
            "ProjectRegisterInput",
            &project_input(canary, &pen.programme, &pen.organisation),
        )
    }),
    ("names of a programme", |pen, canary| {
        let mut input = programme_input("CANARY");
        input["nameFr"] = canary.into();
        input["timeZone"] = canary.into();
        pen.register("programmeRegister", "ProgrammeRegisterInput", &input)
    }),
    ("name of an organisation", |pen, canary| {
        let input = json!({ "siret": some_siret(500).as_str(), "name": canary });
        pen.register("organisationRegister", "OrganisationRegisterInput", &input)
    }),
    ("reason of an erasure", |pen, canary| {
        let input = json!({ "project": pen.project, "reference": "NOBODY", "reason": format!("For {canary} itself") });
        pen.register("personErase", "PersonEraseInput", &input)
    }),
    ("reference of an erasure", |pen, canary| {
        let input = json!({ "project": pen.project, "reference": canary, "reason": "Request 12." });
        pen.register("personErase", "PersonEraseInput", &input)
    }),
    ("reason of an amendment", |pen, canary| {
        let mut input = json!({ "project": pen.project, "number": 1, "signedOn": canary, "title": canary });
        input["reason"] = format!("For {canary} only").into();
        pen.register("projectAmend", "ProjectAmendInput", &input)
    }),
    ("reason of a transfer", |pen, canary| {
        let mut input = json!({ "project": pen.project, "lead": canary, "transferredOn": canary });
        input["reason"] = format!("Since {canary} closes").into();
        pen.register("projectTransfer", "ProjectTransferInput", &input)
    }),
    ("reason of a cancellation", |pen, canary| {
        let input = json!({ "project": pen.project, "payment": canary, "reason": format!("Paid to {canary}") });
        pen.register("paymentCancel", "PaymentCancelInput", &input)
    }),
    ("target", |pen, canary| {
        let input = json!({ "project": pen.project, "indicator": canary, "period": canary, "value": canary });
        pen.register("targetSet", "TargetSetInput", &input)
    }),
    ("directory", |pen, canary| {
        let mut programme = programme_input("CANARY");
        programme["nameEn"] = canary.into();
        let organisations = json!([{ "siret": canary, "name": canary }]);
        let input = json!({ "programme": programme, "organisations": organisations });
        pen.register("directoryImport", "DirectoryImportInput", &input)
    }),
    ("body of a route", |pen, canary| {
        let body = json!({ "siret": canary, "name": canary }).to_string();
        let headers = format!("{}Content-Type: application/json\r\n", pen.officer);
        request(pen.url, "POST /v1/organisations", &headers, body.as_bytes())
    }),
    ("unknown member of a route", |pen, canary| {
        let body = json!({ "siret": 1, "name": "A", canary: canary }).to_string();
        let headers = format!("{}Content-Type: application/json\r\n", pen.officer);
        request(pen.url, "POST /v1/organisations", &headers, body.as_bytes())
    }),
    ("SIRET", |pen, canary| {
        pen.register("organisationRegister", "OrganisationRegisterInput", &json!({ "siret": canary, "name": "A" }))
    }),
    ("cell", |pen, canary| pen.file("", "text/csv", &ROW.replace("A-1", canary))),
    ("cell of a code", |pen, canary| pen.file("", "text/csv", &ROW.replace("REFUGEE", canary))),
    ("cell too many", |pen, canary| pen.file("", "text/csv", &format!("{ROW},{canary}\n"))),
    ("header of a column", |pen, canary| pen.file("", "text/csv", &ROW.replacen("sex", canary, 1))),
    ("table that breaks off", |pen, canary| pen.file("", "text/csv", &format!("{ROW}\"{canary}"))),
    ("line", |pen, canary| pen.file("", "application/x-ndjson", &format!("{{\"reference\":\"{canary}\"}}"))),
    ("member of a line", |pen, canary| pen.file("", "application/x-ndjson", &format!("{{\"{canary}\":\"{canary}\"}}"))),
    ("line that breaks off", |pen, canary| {
        pen.file("", "application/x-ndjson", &format!("{{\"reference\":\"{canary}"))
    }),
    ("narrative", |pen, canary| {
        pen.file(
            "",
            "application/x-ndjson",
            &json!({ "narrative": { "outlook": format!("Suivre {canary}.") } }).to_string(),
        )
    }),
    ("activity", |pen, canary| {
        let activity = json!({ "reference": canary, "kind": "HEALTH", "on": "2024-04-02", "hours": 1, "headcount": 2 });
        pen.file("", "application/json", &json!({ "activities": [activity] }).to_string())
    }),
    ("justification of a file", |pen, canary| {
        pen.file(&format!("&justification=AGE_UNUSUAL:{}", encoded(canary)), "text/csv", ROW)
    }),
    ("code of a justification", |pen, canary| {
        pen.file(&format!("&justification={}:Checked.", encoded(canary)), "text/csv", ROW)
    }),
    ("member of a document", |pen, canary| pen.file("", "application/json", &json!({ (canary): canary }).to_string())),
    ("removal", |pen, canary| {
        pen.file("&mode=UPSERT", "application/json", &json!({ "removals": [canary] }).to_string())
    }),
    ("document", |pen, canary| {
        pen.ask(&pen.officer, &format!("{{ programme(code: \"{canary}\") {{ id }} }}"), &json!({}))
    }),
    ("number in a document", |pen, canary| {
        pen.ask(&pen.officer, &format!("{{ programme(code: {}) {{ id }} }}", canary.replace(' ', "")), &json!({}))
    }),
    ("field of a document", |pen, canary| pen.ask(&pen.officer, &format!("{{ n{canary} }}"), &json!({}))),
    ("alias", |pen, canary| {
        // What the caller names itself comes back under that name, to this caller only; so it must not hold.
        pen.ask(&pen.officer, &format!("{{ a: n{canary}(x: \"{canary}\") {{ id }} }}"), &json!({}))
    }),
    ("document cut short", |pen, canary| pen.ask(&pen.officer, &format!("{{ programme(code: \"{canary}"), &json!({}))),
    ("operation's name", |pen, canary| {
        pen.raw(&json!({ "query": "query A { rules { code } }", "operationName": canary }).to_string())
    }),
    ("variable's name", |pen, canary| {
        pen.ask(
            &pen.partner,
            &format!("query ($v{canary}: Int!) {{ rules {{ code }} }}"),
            &json!({ format!("v{canary}"): canary }),
        )
    }),
    ("variable", |pen, canary| {
        pen.ask(&pen.partner, "query ($id: ID!) { project(id: $id) { id } }", &json!({ "id": canary }))
    }),
    ("variable of another type", |pen, canary| {
        pen.ask(&pen.partner, "query ($n: Int!) { projects(first: $n) { nodes { id } } }", &json!({ "n": canary }))
    }),
    ("cursor", |pen, canary| {
        pen.ask(&pen.partner, "query ($c: String) { projects(after: $c) { nodes { id } } }", &json!({ "c": canary }))
    }),
    ("unknown member", |pen, canary| {
        pen.raw(&format!("{{\"query\": \"{{rules{{code}}}}\", \"{canary}\": \"{canary}\"}}"))
    }),
    ("member twice", |pen, canary| pen.raw(&format!("{{\"{canary}\": 1, \"{canary}\": 2}}"))),
    ("malformed JSON", |pen, canary| pen.raw(&format!("{{\"query\": {canary}"))),
    ("extensions", |pen, canary| pen.raw(&json!({ "query": "{rules{code}}", "extensions": canary }).to_string())),
];

/// Places of a request outside its body.
pub const WRONG_HEADS: &[Place] = &[
    ("query string", |pen, canary| {
        request(
            pen.url,
            &format!("GET /graphql?query=%7Brules%7Bcode%7D%7D&person={}", encoded(canary)),
            &pen.partner,
            b"",
        )
    }),
    ("document in the address", |pen, canary| {
        request(pen.url, &format!("GET /graphql?query={}", encoded(canary)), &pen.partner, b"")
    }),
    ("path of a route", |pen, canary| {
        request(pen.url, &format!("GET /v1/programmes/{}/totals", encoded(canary)), &pen.officer, b"")
    }),
    ("path of a thing", |pen, canary| {
        request(pen.url, &format!("GET /v1/projects/{0}/payments?after={0}", encoded(canary)), &pen.officer, b"")
    }),
    ("path of nothing", |pen, canary| request(pen.url, &format!("GET /person/{}", encoded(canary)), "", b"")),
    ("parameter of a route", |pen, canary| {
        request(
            pen.url,
            &format!("GET /v1/programmes/TEST/totals?from={0}&asOf={0}", encoded(canary)),
            &pen.officer,
            b"",
        )
    }),
    ("unknown parameter", |pen, canary| {
        request(pen.url, &format!("GET /v1/programmes/TEST/totals?n{0}={0}", encoded(canary)), &pen.officer, b"")
    }),
    ("parameter of a file", |pen, canary| pen.file(&format!("&check={0}&n{0}={0}", encoded(canary)), "text/csv", ROW)),
    ("type of a file", |pen, canary| pen.file("", &format!("text/{canary}"), ROW)),
    ("period of a file", |pen, canary| {
        let start = format!("POST /v1/projects/{}/reports/{}/submissions", pen.project, encoded(canary));
        request(pen.url, &start, &pen.partner, b"")
    }),
    ("key of a file", |pen, canary| {
        let start = format!("POST /v1/projects/{}/reports/2024-Q2/submissions?baseVersion=1&dryRun=true", pen.project);
        let headers =
            format!("{}Content-Type: text/csv\r\nIdempotency-Key: {canary}\r\nPrefer: {canary}\r\n", pen.partner);
        request(pen.url, &start, &headers, ROW.as_bytes())
    }),
    ("job", |pen, canary| request(pen.url, &format!("GET /v1/jobs/{}", encoded(canary)), &pen.partner, b"")),
    ("asset", |pen, canary| request(pen.url, &format!("GET /playground/{}", encoded(canary)), "", b"")),
    ("method", |pen, canary| request(pen.url, &format!("{} /graphql", canary.replace(' ', "")), &pen.partner, b"")),
    ("reason of a look", |pen, canary| {
        let headers = format!("{}Access-Reason: about {canary}\r\n", pen.officer);
        request(pen.url, "GET /v1/programmes/TEST/totals", &headers, b"")
    }),
    ("name of a file", |pen, canary| {
        let headers = format!(
            "{}Content-Type: text/csv\r\nContent-Disposition: attachment; filename=\"{canary}.csv\"\r\n",
            pen.partner
        );
        let start = format!("POST /v1/projects/{}/reports/2024-Q2/submissions?baseVersion=1&dryRun=true", pen.project);
        request(pen.url, &start, &headers, ROW.as_bytes())
    }),
    ("metrics", |pen, canary| request(pen.url, &format!("GET /metrics?person={}", encoded(canary)), "", b"")),
    ("own header", |pen, canary| request(pen.url, "GET /health", &format!("X-Person: {canary}\r\n"), b"")),
    ("name of a header", |pen, canary| {
        request(pen.url, "GET /health", &format!("X-{}: 1\r\n", canary.replace(' ', "-")), b"")
    }),
    ("usual headers", |pen, canary| {
        let headers = format!(
            "User-Agent: {canary}\r\nAccept-Language: {canary}\r\nX-Request-Id: {canary}\r\ntraceparent: 00-{canary}\r\n\
             Cookie: n={canary}\r\nReferer: http://x/{canary}\r\nIdempotency-Key: {canary}\r\nOrigin: http://{canary}\r\n"
        );
        request(pen.url, "GET /graphql?query=%7Brules%7Bcode%7D%7D", &headers, b"")
    }),
    ("content type", |pen, canary| {
        request(pen.url, "POST /graphql", &format!("{}Content-Type: text/{canary}\r\n", pen.partner), b"{}")
    }),
    ("length", |pen, canary| {
        crate::support::raw::send(
            pen.url,
            format!("POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: {canary}x\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )
    }),
    ("framing", |pen, canary| {
        crate::support::raw::send(
            pen.url,
            format!("POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {canary}\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )
    }),
    ("host", |pen, canary| {
        crate::support::raw::send(
            pen.url,
            format!("GET /{canary} HTTP/1.1\r\nHost: {canary}\r\nConnection: close\r\n\r\n").as_bytes(),
        )
    }),
    ("token", |pen, canary| request(pen.url, "GET /v1/programmes/TEST/totals", &bearer(Some(canary)), b"")),
    ("client", |pen, canary| {
        let form = format!("grant_type=client_credentials&client_id={0}&client_secret={0}", encoded(canary));
        request(pen.url, "POST /oauth/token", "", form.as_bytes())
    }),
    ("grant", |pen, canary| {
        let form = format!("grant_type={0}&{0}={0}", encoded(canary));
        request(pen.url, "POST /oauth/token", "", form.as_bytes())
    }),
    ("basic credentials", |pen, canary| {
        let credentials = data_encoding::BASE64.encode(format!("{canary}:{canary}").as_bytes());
        let headers = format!("Authorization: Basic {credentials}\r\n");
        request(pen.url, "POST /oauth/token", &headers, b"grant_type=client_credentials")
    }),
];

fn encoded(text: &str) -> String {
    text.replace(' ', "%20")
}
