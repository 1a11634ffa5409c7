//! Who reaches what: partners their own project's agreement, nothing of others; only staff who may change, change.

use serde_json::json;

use super::send;
use crate::support::World;
use crate::support::cast::{ids, missing, peopled, secrets_of_beta};

#[test]
fn a_partner_reads_its_own_agreement_and_nothing_of_others() {
    let world = peopled();
    let (own, foreign) = (ids(&world, "ALPHA"), ids(&world, "BETA"));
    let (missing, secrets) = (missing(&own.programme), secrets_of_beta(&world));
    let partner = world.caller("partner-alpha");
    for list in ["", "/amendments", "/payments", "/targets"] {
        let [of_own, of_foreign, of_missing] =
            [&own, &foreign, &missing].map(|ids| partner.get(&format!("/v1/projects/{}{list}", ids.project)));
        assert_eq!((of_own.status, of_foreign.status), (200, 404), "{list}");
        assert_eq!(of_foreign.text, of_missing.text, "{list}");
        assert!(of_own.text.contains("ALPHA") || list == "/targets", "{list}: {}", of_own.text);
        let told: Vec<_> = secrets.iter().filter(|secret| of_own.text.contains(secret.as_str())).collect();
        assert_eq!(told, Vec::<&String>::new(), "{list}");
    }
    assert!(partner.get(&format!("/v1/projects/{}/targets", own.project)).text.contains("17.00"));
    let [of_foreign, of_missing] =
        [&foreign, &missing].map(|ids| partner.get(&format!("/v1/organisations/{}", ids.organisation)));
    assert_eq!((of_foreign.status, &of_foreign.text), (404, &of_missing.text));
    let siret = crate::support::world::some_siret(3);
    assert_eq!(partner.get(&format!("/v1/organisations/{siret}")).text, of_missing.text, "by SIRET either");
    for list in ["/v1/projects", "/v1/organisations"] {
        let found = partner.get(list);
        assert_eq!(found.body["items"].as_array().unwrap().len(), 1, "{}", found.text);
        assert!(!found.text.contains("BETA") && !found.text.contains("Beta"));
    }
    let owner = world.caller("partner-beta").get(&format!("/v1/projects/{}/payments", foreign.project));
    assert!(owner.text.contains("BETA pays back"), "{}", owner.text);
}

#[test]
fn only_officers_and_operators_write() {
    let world = World::with_projects();
    let project = world.project("ALPHA").id.to_string();
    let target = format!("PUT /v1/projects/{project}/targets/SUPPORTED");
    for (client, status) in
        [("partner-alpha", 403), ("analyst", 403), ("auditor", 403), ("officer-one", 200), ("operator", 200)]
    {
        let answered = send(&world, &world.caller(client), &target, "", &json!({ "value": "5" }));
        assert_eq!(answered.status, status, "{client}: {}", answered.text());
        // Whoever may not write learns nothing about its input.
        let answered = send(&world, &world.caller(client), &target, "", &json!({ "value": "x" }));
        assert_eq!(answered.status, if status == 403 { 403 } else { 422 }, "{client}: {}", answered.text());
    }
}
