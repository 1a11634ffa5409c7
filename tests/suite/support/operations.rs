//! Every operation of the API and every edge between its types, each as a document over the identifiers of somebody.
//!
//! A new query, mutation or edge without a row here fails `strangers`.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::statement::{SUBMIT, action, present, submission};
use super::world::some_siret;

/// The identifiers of a project and of all that hangs on it.
#[derive(Clone, Debug)]
pub struct Ids {
    pub programme: String,
    pub organisation: String,
    pub project: String,
    pub project_code: String,
    pub report: String,
    pub version: String,
}

/// A name, `field` or `type.edge`, perhaps with a variant behind a space; and the document with its variables.
pub type Operation = (&'static str, fn(&Ids) -> (String, Value));

/// Edges that lead to plain values of their parent, read with it from one row.
pub const PLAIN: &[&str] = &[
    "programme.calls",
    "programme.envelope",
    "programme.periods",
    "project.department",
    "project.eligibleCost",
    "project.grant",
    "project.region",
];

fn plain(document: &str) -> (String, Value) {
    (document.to_owned(), json!({}))
}

fn by_id(root: &str, id: &str, selection: &str) -> (String, Value) {
    (format!("query Find($id: ID!) {{ {root}(id: $id) {selection} }}"), json!({ "id": id }))
}

fn version(ids: &Ids, selection: &str) -> (String, Value) {
    by_id("node", &ids.version, &format!("{{ id ... on ReportVersion {selection} }}"))
}

fn programme(selection: &str) -> (String, Value) {
    plain(&format!("{{ programme(code: \"TEST\") {selection} }}"))
}

fn consolidation(ids: &Ids, selection: &str) -> (String, Value) {
    let document = format!(
        "query Ask($filter: FilterInput) {{ programme(code: \"TEST\") {{ consolidation(filter: $filter) {selection} }} }}"
    );
    (document, json!({ "filter": { "projects": [ids.project] } }))
}

const ANSWER: &str = "{ position day figures { numerator denominator display } groups { key label } overlaps { excess } \
    coverage { expected missing missingProjects { id code } partialProjects { id } } }";

const CONTRIBUTIONS: &str = "{ contributions(indicator: \"SUPPORTED\", first: 200) \
    { nodes { project { id code } version digest figure { display } } pageInfo { endCursor } } }";

/// Every query and every edge.
pub const QUERIES: &[Operation] = &[
    ("viewer", |_| plain("{ viewer { client role organisation { id name siret } } }")),
    ("node programme", |ids| by_id("node", &ids.programme, "{ __typename id }")),
    ("node organisation", |ids| by_id("node", &ids.organisation, "{ __typename id ... on Organisation { name } }")),
    ("node project", |ids| by_id("node", &ids.project, "{ __typename id ... on Project { title } }")),
    ("node report", |ids| by_id("node", &ids.report, "{ __typename id ... on Report { state } }")),
    ("node version", |ids| by_id("node", &ids.version, "{ __typename id ... on ReportVersion { digest } }")),
    ("programmes", |_| plain("{ programmes { id code } }")),
    ("programme", |_| programme("{ id name calls { code } periods { code } envelope { amount } }")),
    ("programme.projects", |_| {
        programme("{ projects(first: 200) { nodes { id code } pageInfo { endCursor hasNextPage } } }")
    }),
    ("programme.obligations", |_| {
        programme(
            "{ obligations(period: \"2023-Q1\", first: 200) { nodes { standing dueOn late project { id code } report { id } } } }",
        )
    }),
    ("programme.reviewQueue", |_| {
        programme("{ reviewQueue(first: 200) { nodes { daysWaiting report { id } version { digest } } } }")
    }),
    ("programme.consolidation", |ids| consolidation(ids, ANSWER)),
    ("programme.consolidation national", |_| programme(&format!("{{ consolidation {ANSWER} }}"))),
    ("programme.consolidation cut", |ids| {
        let (document, variables) = consolidation(ids, ANSWER);
        (document.replace("filter: $filter", "filter: $filter, groupBy: PROJECT"), variables)
    }),
    ("programme.definitions", |_| programme("{ definitions { code digest addition { reason } } }")),
    ("programme.definition", |_| {
        programme("{ definition(code: \"V1\") { digest outcomes { class } indicators { code text } } }")
    }),
    ("consolidation.explanation", |ids| {
        consolidation(
            ids,
            "{ explanation(indicator: \"SUPPORTED\") { sentence figure { display } excess contributions(first: 200) \
             { nodes { contribution { project { code } digest } reportVersion { id submittedBy } standingFindings { code } } } } }",
        )
    }),
    ("consolidation.whatChanged", |ids| {
        consolidation(
            ids,
            "{ whatChanged(indicator: \"SUPPORTED\", from: { position: \"12\" }) { changes(first: 200) \
             { nodes { cause project { id code } version digest after { display } } } } }",
        )
    }),
    ("consolidation.contributions", |ids| consolidation(ids, CONTRIBUTIONS)),
    ("organisations", |_| plain("{ organisations(first: 200) { nodes { id name } pageInfo { endCursor } } }")),
    ("organisation", |ids| by_id("organisation", &ids.organisation, "{ id name siret esus }")),
    ("projects", |_| plain("{ projects(first: 200) { nodes { id code title } pageInfo { endCursor } } }")),
    ("project", |ids| {
        by_id("project", &ids.project, "{ id title grant { amount } eligibleCost { amount } department { code } }")
    }),
    ("project.programme", |ids| by_id("project", &ids.project, "{ id programme { id code } }")),
    ("project.lead", |ids| by_id("project", &ids.project, "{ id lead { id name siret } }")),
    ("project.members", |ids| by_id("project", &ids.project, "{ id members { role organisation { id name } } }")),
    ("project.amendments", |ids| by_id("project", &ids.project, "{ id amendments { number signedOn reason } }")),
    ("project.transfers", |ids| by_id("project", &ids.project, "{ id transfers { from to transferredOn reason } }")),
    ("project.payments", |ids| {
        by_id("project", &ids.project, "{ id payments { kind amount { amount } paidOn cancelled cancellationReason } }")
    }),
    ("project.targets", |ids| by_id("project", &ids.project, "{ id targets { indicator { code } period value } }")),
    ("project.reports", |ids| by_id("project", &ids.project, "{ id reports(first: 200) { nodes { id state } } }")),
    ("project.versions", |ids| by_id("project", &ids.project, "{ id versions(first: 200) { nodes { id digest } } }")),
    ("project.version", |ids| by_id("project", &ids.project, "{ id version(number: 1) { id digest submittedBy } }")),
    ("project.obligations", |ids| {
        by_id("project", &ids.project, "{ id obligations { period standing report { id } extensions { reason } } }")
    }),
    ("project.waivers", |ids| {
        by_id("project", &ids.project, "{ id waivers(first: 200) { nodes { reason grantedBy rule { code } } } }")
    }),
    ("project.difference", |ids| {
        let selection = "{ id difference(from: 1, to: 1) { from { digest } to { id } added items { nodes { path } } \
            effects { indicator change } } }";
        by_id("project", &ids.project, selection)
    }),
    ("project.consolidation", |ids| by_id("project", &ids.project, &format!("{{ id consolidation {ANSWER} }}"))),
    ("projectByCode", |ids| {
        let document = "query Find($code: String!) { projectByCode(programme: \"TEST\", code: $code) { id title } }";
        (document.to_owned(), json!({ "code": ids.project_code }))
    }),
    ("reports", |_| plain("{ reports(first: 200) { nodes { id state } pageInfo { endCursor } } }")),
    ("reports of a project", |ids| {
        let document = "query List($project: ID) { reports(project: $project, first: 200) { nodes { id state } } }";
        (document.to_owned(), json!({ "project": ids.project }))
    }),
    ("report", |ids| by_id("report", &ids.report, "{ id period state currentVersion }")),
    ("report.project", |ids| by_id("report", &ids.report, "{ id project { id title } }")),
    ("report.newestVersion", |ids| by_id("report", &ids.report, "{ id newestVersion { id digest submittedBy } }")),
    ("report.obligation", |ids| by_id("report", &ids.report, "{ id obligation { standing dueOn project { title } } }")),
    ("report.returnReasons", |ids| by_id("report", &ids.report, "{ id returnReasons { path text answer } }")),
    ("report.returnReasonCounts", |ids| by_id("report", &ids.report, "{ id returnReasonCounts { unanswered } }")),
    ("report.transitions", |ids| by_id("report", &ids.report, "{ id transitions { action actor reason } }")),
    ("version.findings", |ids| {
        version(ids, "{ findings(first: 200) { nodes { code path justification waivedBy { reason } } } }")
    }),
    ("version.overlaps", |ids| version(ids, "{ overlaps(first: 200) { nodes { code path message } } }")),
    ("version.returnReasons", |ids| version(ids, "{ returnReasons { path text answer } }")),
    ("version.findingCounts", |ids| version(ids, "{ findingCounts { code count paths } }")),
    ("version.journalLink", |ids| version(ids, "{ journalLink { chain number hash } }")),
    ("version.sections", |ids| {
        version(ids, "{ sections { activities { reference } finance { spending { amount } } narrative { outlook } } }")
    }),
    ("version.participations", |ids| {
        version(ids, "{ participations(first: 200) { nodes { reference entryOn birthYear exit { on } } } }")
    }),
    ("reports changed since", |_| plain("{ reports(changedSince: \"0\", first: 200) { nodes { id state } } }")),
    ("projects changed since", |_| plain("{ projects(changedSince: \"0\", first: 200) { nodes { id title } } }")),
    ("changes", |_| {
        plain("{ changes(first: 200) { nodes { sequence kind subject project organisation version tombstone } } }")
    }),
    ("newestSequence", |_| plain("{ newestSequence }")),
    ("indicators", |_| plain("{ indicators { code name } }")),
    ("rules", |_| plain("{ rules { code severity } }")),
];

/// Queries that need no token: public standards and words of the API.
pub const OPEN: &[Operation] = &[
    ("codeLists", |_| plain("{ codeLists { code version entries(first: 200) { nodes { code label } } } }")),
    ("codeList", |_| {
        plain("{ codeList(code: \"DEPARTMENT\") { parentList entries { nodes { code parent valid } } } }")
    }),
    ("closings", |_| plain("{ closings { id state digest steps { actor } tables { code } } }")),
    ("closing", |_| by_id("closing", &format!("cls_{:032}", 0), "{ id content }")),
];

/// A number that no other document of this process has.
fn fresh() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(2000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn register(name: &str, type_name: &str, input: &Value) -> (String, Value) {
    let document = format!(
        "mutation Register($input: {type_name}!) {{ {name}(input: $input) {{ __typename userErrors {{ code path }} }} }}"
    );
    (document, json!({ "input": input }))
}

fn act(name: &str, ids: &Ids) -> (String, Value) {
    // A version that does not exist: whoever may act is told so, and nothing changes.
    let mut input = json!({ "report": ids.report, "version": 99 });
    if ["reportReturn", "reportReopen", "reportAnnul"].contains(&name) {
        input["reason"] = "Please correct.".into();
    }
    (action(name), json!({ "input": input }))
}

fn no_closing() -> String {
    format!("cls_{:032}", 0)
}

fn stale_submission(ids: &Ids) -> Value {
    let participations = vec![present("X-1", "9903017499", "2023-02-01")];
    json!({ "input": submission(&ids.project, "2023-Q2", 99, participations) })
}

/// The input of a programme that can be registered.
pub fn programme_input(code: &str) -> Value {
    json!({
        "code": code, "nameEn": "Another", "nameFr": "Un autre", "envelope": "1000.00", "firstOn": "2023-01-01",
        "calls": [{ "code": "CALL", "nameEn": "Call", "nameFr": "Appel" }],
        "periods": [{ "code": "2023-Q1", "dueOn": "2023-04-30" }],
    })
}

/// The input of a project that can be registered.
pub fn project_input(code: &str, programme: &str, lead: &str) -> Value {
    json!({
        "programme": programme, "code": code, "title": "Another project", "call": "CALL", "lead": lead,
        "department": "69", "sector": "Construction", "agreementFrom": "2023-01-01", "agreementTo": "2024-12-31",
        "targetParticipants": 10, "eligibleCost": "2000.00", "grant": "1000.00",
    })
}

/// Every mutation, with an input that changes no report.
pub const MUTATIONS: &[Operation] = &[
    ("programmeRegister", |_| {
        register("programmeRegister", "ProgrammeRegisterInput", &programme_input(&format!("P{}", fresh())))
    }),
    ("organisationRegister", |_| {
        let input = json!({ "siret": some_siret(fresh()).as_str(), "name": "Another" });
        register("organisationRegister", "OrganisationRegisterInput", &input)
    }),
    ("projectRegister", |ids| {
        let input = project_input(&format!("J{}", fresh()), &ids.programme, &ids.organisation);
        register("projectRegister", "ProjectRegisterInput", &input)
    }),
    ("programmeRevise", |ids| {
        register("programmeRevise", "ProgrammeReviseInput", &json!({ "programme": ids.programme }))
    }),
    ("callAdd", |ids| {
        let code = format!("C{}", fresh());
        let input = json!({ "programme": ids.programme, "code": code, "nameEn": "Wave", "nameFr": "Vague" });
        register("callAdd", "CallAddInput", &input)
    }),
    ("periodAdd", |ids| {
        // Far from every period that reports are about.
        let year = 2030 + fresh() % 60;
        let input = json!({ "programme": ids.programme, "code": format!("{year}-Q4"), "dueOn": "2100-01-01" });
        register("periodAdd", "PeriodAddInput", &input)
    }),
    ("periodReschedule", |ids| {
        let input = json!({ "programme": ids.programme, "period": "2024-Q4", "dueOn": "2025-02-28" });
        register("periodReschedule", "PeriodRescheduleInput", &input)
    }),
    ("organisationRevise", |ids| {
        register("organisationRevise", "OrganisationReviseInput", &json!({ "organisation": ids.organisation }))
    }),
    ("projectAmend", |ids| {
        // A number that is never the next: whoever may amend is told so, and nothing changes.
        let input =
            json!({ "project": ids.project, "number": 99, "signedOn": "2023-06-01", "reason": "An extension." });
        register("projectAmend", "ProjectAmendInput", &input)
    }),
    ("projectTransfer", |ids| {
        // To whom it has: whoever may transfer is told so, and nothing changes.
        let input = json!({ "project": ids.project, "lead": ids.organisation, "reason": "Please." });
        register("projectTransfer", "ProjectTransferInput", &input)
    }),
    ("paymentRecord", |ids| {
        let input = json!({ "project": ids.project, "kind": "ADVANCE", "amount": "1.00", "paidOn": "2023-06-01" });
        register("paymentRecord", "PaymentRecordInput", &input)
    }),
    ("paymentCancel", |ids| {
        let input = json!({ "project": ids.project, "payment": format!("pay_{:032x}", 1), "reason": "A double." });
        register("paymentCancel", "PaymentCancelInput", &input)
    }),
    ("targetSet", |ids| {
        let input = json!({ "project": ids.project, "indicator": "SUPPORTED", "value": "10" });
        register("targetSet", "TargetSetInput", &input)
    }),
    ("directoryImport", |_| {
        let input = json!({ "programme": programme_input(&format!("P{}", fresh())) });
        register("directoryImport", "DirectoryImportInput", &input)
    }),
    ("reportSubmit", |ids| (SUBMIT.to_owned(), stale_submission(ids))),
    ("reportCertify", |ids| act("reportCertify", ids)),
    ("reportRecall", |ids| act("reportRecall", ids)),
    ("reportStartReview", |ids| act("reportStartReview", ids)),
    ("reportReturn", |ids| act("reportReturn", ids)),
    ("reportApprove", |ids| act("reportApprove", ids)),
    ("reportReopen", |ids| act("reportReopen", ids)),
    ("reportAnnul", |ids| act("reportAnnul", ids)),
    ("waiverGrant", |ids| {
        // A day that has passed: whoever may grant is told so, and nothing changes.
        let (rule, expires_on) = ("AGE_OUT_OF_RANGE", "2023-04-30");
        let input = json!({ "project": ids.project, "rule": rule, "reason": "Please.", "expiresOn": expires_on });
        let document = "mutation Grant($input: WaiverGrantInput!) { waiverGrant(input: $input) \
            { waiver { id } userErrors { code path } } }";
        (document.to_owned(), json!({ "input": input }))
    }),
    ("waiverRevoke", |ids| {
        let input = json!({ "project": ids.project, "waiver": format!("wvr_{:032}", 0), "reason": "Please." });
        let document = "mutation Revoke($input: WaiverRevokeInput!) { waiverRevoke(input: $input) \
            { waiver { id } userErrors { code path } } }";
        (document.to_owned(), json!({ "input": input }))
    }),
    ("personErase", |ids| {
        // A reference that no record has: whoever may erase is told so, and nothing changes.
        let input = json!({ "project": ids.project, "reference": "NOBODY", "reason": "Please." });
        let document = "mutation Erase($input: PersonEraseInput!) { personErase(input: $input) \
            { erasure { recordCount } userErrors { code path } } }";
        (document.to_owned(), json!({ "input": input }))
    }),
    ("programmeSetRetention", |ids| {
        let input = json!({ "programme": ids.programme, "months": 0 });
        let document = "mutation Keep($input: ProgrammeSetRetentionInput!) { programmeSetRetention(input: $input) \
            { programme { id } userErrors { code path } } }";
        (document.to_owned(), json!({ "input": input }))
    }),
    ("definitionAdd", |ids| {
        // A code that is taken: whoever may add is told so, and nothing changes.
        let input = json!({
            "programme": ids.programme, "code": "V1", "basedOn": "V1", "standing": false, "reason": "Please.",
            "nameEn": "Again", "nameFr": "Encore",
        });
        let document = "mutation Add($input: DefinitionAddInput!) { definitionAdd(input: $input) \
            { definition { code } userErrors { code path } } }";
        (document.to_owned(), json!({ "input": input }))
    }),
    ("closingPrepare", |_| {
        // A position that is still to come: whoever may prepare is told so, and nothing is kept.
        let input = json!({ "programme": "TEST", "name": "Figures", "position": "99999999" });
        register("closingPrepare", "ClosingPrepareInput", &input)
    }),
    ("closingReview", |_| register("closingReview", "ClosingReviewInput", &json!({ "closing": no_closing() }))),
    ("closingPublish", |_| register("closingPublish", "ClosingPublishInput", &json!({ "closing": no_closing() }))),
    ("closingCancel", |_| {
        register("closingCancel", "ClosingCancelInput", &json!({ "closing": no_closing(), "reason": "Please." }))
    }),
    ("dueDateExtend", |ids| {
        // A day on which the report is due already: whoever may extend is told so, and nothing changes.
        let input = json!({ "project": ids.project, "period": "2023-Q1", "dueOn": "2023-04-30", "reason": "Please." });
        let document = "mutation Extend($input: DueDateExtendInput!) { dueDateExtend(input: $input) \
            { extension { extendedTo } userErrors { code path } } }";
        (document.to_owned(), json!({ "input": input }))
    }),
];

/// A route as the documentation names it, and its path over the identifiers of somebody.
pub type Read = (&'static str, fn(&Ids) -> String);

/// Every REST route that reads what belongs to somebody.
pub const READS: &[Read] = &[
    ("GET /v1/programmes/{code}/table", |_| "/v1/programmes/TEST/table?groupBy=REGION".to_owned()),
    ("GET /v1/programmes/{code}/totals", |_| "/v1/programmes/TEST/totals".to_owned()),
    ("GET /v1/programmes/{programme}/definitions", |_| "/v1/programmes/TEST/definitions".to_owned()),
    ("GET /v1/programmes/{programme}/definitions/{definition}", |_| "/v1/programmes/TEST/definitions/V1".to_owned()),
    ("GET /v1/programmes/{code}/figures/{indicator}/explanation", |ids| {
        format!("/v1/programmes/TEST/figures/SUPPORTED/explanation?project={}", ids.project)
    }),
    ("GET /v1/programmes/{code}/figures/{indicator}/changes", |ids| {
        format!("/v1/programmes/TEST/figures/SUPPORTED/changes?since=12&project={}", ids.project)
    }),
    ("GET /v1/programmes/{code}/obligations", |_| {
        "/v1/programmes/TEST/obligations?period=2023-Q1&first=200".to_owned()
    }),
    ("GET /v1/programmes/{code}/review-queue", |_| "/v1/programmes/TEST/review-queue?first=200".to_owned()),
    ("GET /v1/projects/{id}/obligations", |ids| format!("/v1/projects/{}/obligations", ids.project)),
    ("GET /v1/projects/{id}/differences", |ids| format!("/v1/projects/{}/differences?from=1&to=1", ids.project)),
    ("GET /v1/projects/{project}/waivers", |ids| format!("/v1/projects/{}/waivers", ids.project)),
    ("GET /v1/projects/{project}/transfers", |ids| format!("/v1/projects/{}/transfers", ids.project)),
    ("GET /v1/versions/{id}/findings", |ids| format!("/v1/versions/{}/findings?first=200", ids.version)),
    ("GET /v1/versions/{id}/overlaps", |ids| format!("/v1/versions/{}/overlaps", ids.version)),
    ("GET /v1/reports/{report}", |ids| format!("/v1/reports/{}", ids.report)),
    ("GET /v1/reports/{report}/return-reasons", |ids| format!("/v1/reports/{}/return-reasons", ids.report)),
    ("GET /v1/changes", |_| "/v1/changes?first=200".to_owned()),
];

/// A route as the documentation names it, its path over the identifiers of somebody, and what is sent to it.
pub type Act = (&'static str, fn(&Ids) -> (String, Value));

fn act_at(ids: &Ids, verb: &str) -> (String, Value) {
    // A version that does not exist, as in `act`.
    let mut body = json!({ "version": 99 });
    if ["return", "reopening", "annulment"].contains(&verb) {
        body["reason"] = "Please correct.".into();
    }
    (format!("/v1/reports/{}/{verb}", ids.report), body)
}

/// Every REST route by which somebody does something with a report.
pub const ACTS: &[Act] = &[
    ("POST /v1/reports/{report}/certification", |ids| act_at(ids, "certification")),
    ("POST /v1/reports/{report}/recall", |ids| act_at(ids, "recall")),
    ("POST /v1/reports/{report}/review", |ids| act_at(ids, "review")),
    ("POST /v1/reports/{report}/return", |ids| act_at(ids, "return")),
    ("POST /v1/reports/{report}/approval", |ids| act_at(ids, "approval")),
    ("POST /v1/reports/{report}/reopening", |ids| act_at(ids, "reopening")),
    ("POST /v1/reports/{report}/annulment", |ids| act_at(ids, "annulment")),
    ("POST …/reports/{period}/extensions", |ids| {
        let path = format!("/v1/projects/{}/reports/2023-Q1/extensions", ids.project);
        (path, json!({ "dueOn": "2023-04-30", "reason": "Please." }))
    }),
];

/// Queries, edges and mutations.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    QUERIES.iter().chain(MUTATIONS)
}
