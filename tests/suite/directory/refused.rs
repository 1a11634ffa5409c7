//! What does not hold is refused, with its code and its path, alike through both APIs; nothing is stored.

use serde_json::{Value, json};

use super::{mutate, parts, send, user_errors};
use crate::support::World;
use crate::support::dump::dump;
use crate::support::world::some_siret;

/// Method and route, what the path says, mutation, body, status, code, path.
type Case = (&'static str, &'static str, &'static str, Value, u16, &'static str, &'static str);

fn cases() -> Vec<Case> {
    let amend = |changes: Value| {
        let mut body = json!({ "number": 1, "signedOn": "2024-05-01", "reason": "Why." });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    let revise = ("PATCH /v1/programmes/TEST", "programme=TEST", "programmeRevise");
    let add_call = ("POST /v1/programmes/TEST/calls", "programme=TEST", "callAdd");
    let add_period = ("POST /v1/programmes/TEST/periods", "programme=TEST", "periodAdd");
    let reschedule = ("PATCH /v1/programmes/TEST/periods/2024-Q1", "programme=TEST period=2024-Q1", "periodReschedule");
    let amended = ("POST /v1/projects/{alpha}/amendments", "project={alpha}", "projectAmend");
    let pay = ("POST /v1/projects/{alpha}/payments", "project={alpha}", "paymentRecord");
    let aim = ("PUT /v1/projects/{alpha}/targets/SUPPORTED", "project={alpha} indicator=SUPPORTED", "targetSet");
    let payment = |kind: &str, amount: &str, on: &str| json!({ "kind": kind, "amount": amount, "paidOn": on });
    let case = |(route, place, mutation): (&'static str, &'static str, &'static str), body, status, code, path| {
        (route, place, mutation, body, status, code, path)
    };
    vec![
        case(revise, json!({ "envelope": "1,5" }), 422, "AMOUNT_INVALID", "envelope"),
        case(revise, json!({ "disclosureThreshold": 1 }), 400, "PARAMETER_INVALID", "disclosureThreshold"),
        case(revise, json!({ "nameEn": "Mr 7503123456" }), 422, "TEXT_HOLDS_IDENTITY", "nameEn"),
        case(add_call, json!({ "code": "CALL", "nameEn": "a", "nameFr": "a" }), 409, "ALREADY_REGISTERED", "code"),
        case(add_call, json!({ "code": "A B", "nameEn": "a", "nameFr": "a" }), 422, "SHORT_CODE_INVALID", "code"),
        case(add_period, json!({ "code": "2024-Q1", "dueOn": "2024-04-30" }), 409, "ALREADY_REGISTERED", "code"),
        case(add_period, json!({ "code": "2025-Q1", "dueOn": "2025-03-30" }), 422, "DUE_BEFORE_END", "dueOn"),
        case(reschedule, json!({ "dueOn": "2024-03-30" }), 422, "DUE_BEFORE_END", "dueOn"),
        case(reschedule, json!({ "dueOn": "30/04/2024" }), 422, "DATE_INVALID", "dueOn"),
        case(
            ("PATCH /v1/programmes/TEST/periods/2031-Q1", "programme=TEST period=2031-Q1", "periodReschedule"),
            json!({ "dueOn": "2031-04-30" }),
            404,
            "NOT_FOUND",
            "period",
        ),
        case(
            ("PATCH /v1/programmes/NOWHERE", "programme=NOWHERE", "programmeRevise"),
            json!({ "nameEn": "x" }),
            404,
            "NOT_FOUND",
            "programme",
        ),
        case(
            ("PATCH /v1/organisations/12345678901234", "organisation=12345678901234", "organisationRevise"),
            json!({ "name": "x" }),
            404,
            "NOT_FOUND",
            "organisation",
        ),
        case(amended, amend(json!({ "number": 2 })), 409, "AMENDMENT_OUT_OF_ORDER", "number"),
        case(amended, amend(json!({ "number": 0 })), 400, "PARAMETER_INVALID", "number"),
        case(amended, amend(json!({ "signedOn": "2024-05-16" })), 422, "DAY_AHEAD", "signedOn"),
        case(amended, amend(json!({ "grant": "200000.01" })), 422, "GRANT_ABOVE_COST", "grant"),
        case(amended, amend(json!({ "agreementTo": "2022-01-01" })), 422, "WINDOW_INVALID", "agreementTo"),
        case(amended, amend(json!({ "call": "OTHER" })), 422, "CODE_UNKNOWN", "call"),
        case(amended, amend(json!({ "department": "99" })), 422, "CODE_UNKNOWN", "department"),
        case(amended, amend(json!({ "reason": " " })), 422, "TEXT_TOO_LONG", "reason"),
        case(
            amended,
            amend(json!({ "members": [{ "organisation": some_siret(99).as_str(), "role": "SOCIAL" }] })),
            404,
            "NOT_FOUND",
            "members[0].organisation",
        ),
        case(pay, payment("ADVANCE", "100000.01", "2024-05-01"), 422, "PAYMENTS_ABOVE_GRANT", "amount"),
        case(pay, payment("ADVANCE", "0", "2024-05-01"), 400, "PARAMETER_INVALID", "amount"),
        case(pay, payment("ADVANCE", "1", "2024-05-16"), 422, "DAY_AHEAD", "paidOn"),
        case(
            ("POST /v1/projects/{alpha}/payments/pay_1/cancellation", "project={alpha} payment=pay_1", "paymentCancel"),
            json!({ "reason": "Why." }),
            404,
            "NOT_FOUND",
            "payment",
        ),
        case(aim, json!({ "value": "-1" }), 422, "AMOUNT_INVALID", "value"),
        case(
            ("PUT /v1/projects/{alpha}/targets/HAPPINESS", "project={alpha} indicator=HAPPINESS", "targetSet"),
            json!({ "value": "1" }),
            422,
            "CODE_UNKNOWN",
            "indicator",
        ),
        case(
            (
                "PUT /v1/projects/{alpha}/targets/SUPPORTED/2031-Q1",
                "project={alpha} indicator=SUPPORTED period=2031-Q1",
                "targetSet",
            ),
            json!({ "value": "1" }),
            422,
            "CODE_UNKNOWN",
            "period",
        ),
        case(
            ("PUT /v1/projects/prj_1/targets/SUPPORTED", "project=prj_1 indicator=SUPPORTED", "targetSet"),
            json!({ "value": "1" }),
            404,
            "NOT_FOUND",
            "project",
        ),
    ]
}

#[test]
fn what_does_not_hold_is_refused_alike_by_rest_and_graphql() {
    let world = World::with_projects();
    let (officer, alpha) = (world.caller("officer-one"), world.project("ALPHA").id.to_string());
    let before = dump(&world.database);
    for (route, place, mutation, body, status, code, path) in cases() {
        let route = route.replace("{alpha}", &alpha);
        let refused = send(&world, &officer, &route, "", &body);
        assert_eq!((refused.status, refused.code().as_str()), (status, code), "{route} {body}: {}", refused.text());
        assert_eq!(refused.json()["path"], path, "{route} {body}");
        let mut input = body.clone();
        for member in place.split(' ') {
            let (name, value) = member.split_once('=').unwrap();
            input[name] = value.replace("{alpha}", &alpha).into();
        }
        let payload = mutate(&officer, mutation, "__typename", &input);
        assert_eq!(user_errors(&payload), [(code.to_owned(), format!("input.{path}"))], "{mutation} {input}");
    }
    assert_eq!(dump(&world.database), before, "something was left behind");
}

#[test]
fn everything_that_does_not_hold_in_an_input_comes_at_once() {
    let world = World::with_projects();
    let body = json!({
        "code": "A B", "nameEn": "", "nameFr": "x", "envelope": "much", "firstOn": "2024-02-30",
        "periods": [{ "code": "2024-Q5", "dueOn": "2024-01-01" }, { "code": "2024-Q1", "dueOn": "2024-01-01" }],
    });
    let officer = world.caller("officer-one");
    let refused = send(&world, &officer, "POST /v1/programmes", "", &body);
    let expected = [
        ("SHORT_CODE_INVALID", "code"),
        ("TEXT_TOO_LONG", "nameEn"),
        ("AMOUNT_INVALID", "envelope"),
        ("DATE_INVALID", "firstOn"),
        ("PERIOD_INVALID", "periods[0].code"),
        ("DUE_BEFORE_END", "periods[1].dueOn"),
    ]
    .map(|(code, path)| (code.to_owned(), path.to_owned()));
    assert_eq!((refused.status, parts(&refused.json()["errors"])), (422, expected.to_vec()), "{}", refused.text());
    let within = expected.map(|(code, path)| (code, format!("input.{path}")));
    assert_eq!(user_errors(&mutate(&officer, "programmeRegister", "__typename", &body)), within);
}

#[test]
fn a_body_that_is_not_what_the_route_takes_is_refused_with_its_place() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    let before = dump(&world.database);
    for (route, body, path) in [
        ("POST /v1/organisations", json!({ "name": "x" }), "siret"),
        ("POST /v1/organisations", json!({ "siret": 1, "name": "x" }), "siret"),
        ("POST /v1/organisations", json!({ "siret": "1", "name": "x", "colour": "red" }), "colour"),
        ("POST /v1/organisations", json!({ "siret": "1", "name": "x", "7503123456": 1 }), "•••"),
        ("POST /v1/organisations", json!([]), "body"),
        ("POST /v1/programmes/TEST/calls", json!({ "programme": "OTHER", "code": "A" }), "programme"),
        ("POST /v1/directory", json!({ "programme": { "code": "X" } }), "programme.nameEn"),
        ("POST /v1/directory", json!({ "projects": [] }), "programme"),
    ] {
        let refused = send(&world, &officer, route, "", &body);
        assert_eq!((refused.status, refused.code().as_str()), (400, "REQUEST_MALFORMED"), "{route} {body}");
        assert_eq!(refused.json()["path"], path, "{route} {body}: {}", refused.text());
        assert!(!refused.text().contains("7503123456"));
    }
    let raw = |start: &str, headers: &str, body: &str| {
        let token = crate::support::raw::bearer(Some(&officer.token()));
        crate::support::raw::request(&world.url, start, &format!("{token}{headers}"), body.as_bytes())
    };
    let json_type = "Content-Type: application/json\r\n";
    for (start, headers, body, status, code) in [
        ("POST /v1/organisations", json_type, "{", 400, "JSON_MALFORMED"),
        ("POST /v1/organisations", json_type, "{\"name\":\"a\",\"name\":\"b\"}", 400, "REQUEST_MALFORMED"),
        ("POST /v1/organisations", "Content-Type: text/plain\r\n", "{}", 415, "MEDIA_TYPE_UNSUPPORTED"),
        ("POST /v1/organisations", "", "{}", 415, "MEDIA_TYPE_UNSUPPORTED"),
        ("POST /v1/organisations?dryrun=true", json_type, "{}", 400, "PARAMETER_INVALID"),
        ("POST /v1/organisations?dryRun=perhaps", json_type, "{}", 400, "PARAMETER_INVALID"),
        ("DELETE /v1/organisations", json_type, "{}", 405, "METHOD_NOT_ALLOWED"),
        ("PUT /v1/programmes/TEST", json_type, "{}", 405, "METHOD_NOT_ALLOWED"),
    ] {
        let refused = raw(start, headers, body);
        assert_eq!((refused.status, refused.code().as_str()), (status, code), "{start} {body}: {}", refused.text());
    }
    assert_eq!(dump(&world.database), before);
}

#[test]
fn payments_keep_within_the_grant_whatever_came_before() {
    let world = World::with_projects();
    let (officer, alpha) = (world.caller("officer-one"), world.project("ALPHA").id.to_string());
    let pay = |amount: &str| {
        let body = json!({ "kind": "INTERIM", "amount": amount, "paidOn": "2024-05-01" });
        send(&world, &officer, &format!("POST /v1/projects/{alpha}/payments"), "", &body)
    };
    let first = pay("60000.00");
    assert_eq!(first.status, 201);
    assert_eq!(pay("40000.01").code(), "PAYMENTS_ABOVE_GRANT");
    assert_eq!(pay("40000.00").status, 201);
    let smaller = json!({ "number": 1, "signedOn": "2024-05-01", "reason": "Less.", "grant": "99999.99" });
    let amend = format!("POST /v1/projects/{alpha}/amendments");
    let refused = send(&world, &officer, &amend, "", &smaller);
    assert_eq!((refused.code().as_str(), &refused.json()["path"]), ("PAYMENTS_ABOVE_GRANT", &json!("grant")));
    let id = first.json()["id"].as_str().unwrap().to_owned();
    let cancel = format!("POST /v1/projects/{alpha}/payments/{id}/cancellation");
    assert_eq!(send(&world, &officer, &cancel, "", &json!({ "reason": "A double." })).status, 200);
    let again = send(&world, &officer, &cancel, "", &json!({ "reason": "Again." }));
    assert_eq!((again.status, again.code().as_str()), (409, "PAYMENT_CANCELLED"));
    let of_beta = cancel.replace(&alpha, world.project("BETA").id.as_str());
    assert_eq!(send(&world, &officer, &of_beta, "", &json!({ "reason": "Elsewhere." })).code(), "NOT_FOUND");
    assert_eq!(pay("60000.00").status, 201, "what was cancelled does not count");
    assert_eq!(pay("0.01").code(), "PAYMENTS_ABOVE_GRANT");
}

#[test]
fn payments_made_at_the_same_moment_keep_within_the_grant() {
    let world = World::with_projects();
    let path = format!("POST /v1/projects/{}/payments", world.project("ALPHA").id);
    let body = json!({ "kind": "ADVANCE", "amount": "60000.00", "paidOn": "2024-05-01" });
    let officer = world.caller("officer-one");
    officer.token();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..6).map(|_| scope.spawn(|| send(&world, &officer, &path, "", &body).status)).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(world.database.sql("SELECT id AS value FROM payments").len(), 1);
}
