//! What a page elsewhere can make a browser send that is signed in: none of it does anything.

use faisceau::access::role::Role;
use serde_json::json;

use super::{PASSWORD, register, signed_in, who};
use crate::support::World;
use crate::support::browser::{Browser, form, headers, told};
use crate::support::dump::dump;
use crate::support::world::some_siret;

#[test]
fn no_page_elsewhere_makes_a_signed_in_browser_write() {
    let world = World::with_projects();
    let (_, browser) = signed_in(&world, "officer-7", Role::Officer);
    let (_, other) = signed_in(&world, "officer-8", Role::Officer);
    let csrf = |browser: &Browser| browser.get("/session").json()["csrfToken"].as_str().unwrap().to_owned();
    let (own, foreign) = (csrf(&browser), csrf(&other));
    let here = browser.said_here();
    let elsewhere = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n";
    let json_type = "Content-Type: application/json\r\n";
    let token = |token: &str| format!("X-CSRF-Token: {token}\r\n");
    let lines = [
        ("a form", format!("{elsewhere}Content-Type: application/x-www-form-urlencoded\r\n")),
        ("a form in parts", format!("{elsewhere}Content-Type: multipart/form-data; boundary=x\r\n")),
        ("plain text", format!("{elsewhere}Content-Type: text/plain\r\n")),
        ("plain text from a browser that says nothing", "Content-Type: text/plain\r\n".to_owned()),
        ("JSON from elsewhere", format!("{elsewhere}{json_type}")),
        ("JSON from elsewhere with the token", format!("{elsewhere}{json_type}{}", token(&own))),
        ("JSON of a neighbour", format!("Sec-Fetch-Site: same-site\r\n{json_type}{}", token(&own))),
        ("JSON of a page without origin", format!("Origin: null\r\n{json_type}{}", token(&own))),
        ("JSON that says nothing of where it is from", format!("{json_type}{}", token(&own))),
        ("JSON from here without the token", format!("{here}{json_type}")),
        ("JSON from here with an empty token", format!("{here}{json_type}{}", token(""))),
        ("JSON from here with another session's token", format!("{here}{json_type}{}", token(&foreign))),
        ("JSON from here with a token cut short", format!("{here}{json_type}{}", token(&own[..42]))),
        (
            "JSON from here with the cookie as token",
            format!("{here}{json_type}{}", token(&browser.cookie("faisceau").unwrap())),
        ),
    ];
    let siret = some_siret(500).to_string();
    let registration = format!(
        "mutation {{ organisationRegister(input: {{ siret: \"{siret}\", name: \"Evil\" }}) {{ userErrors {{ code }} }} }}"
    );
    let organisation = json!({ "siret": siret, "name": "Evil" });
    let writes = [
        ("POST /graphql", json!({ "query": registration })),
        ("POST /v1/organisations", organisation.clone()),
        ("PATCH /v1/programmes/TEST", json!({ "nameEn": "Evil" })),
        ("POST /sign-out", json!({})),
    ];
    let before = dump(&world.database);
    for (what, lines) in &lines {
        for (start, body) in &writes {
            let refused = browser.send(start, lines, body.to_string().as_bytes());
            assert!((400..500).contains(&refused.status), "{what}, {start}: {} {}", refused.status, refused.text());
            assert_eq!(dump(&world.database), before, "{what}, {start}");
        }
    }
    let encoded = form(&[("query", &registration)]);
    for start in [format!("GET /graphql?{encoded}"), format!("HEAD /graphql?{encoded}")] {
        let refused = browser.send(&start, &format!("{here}{}", token(&own)), b"");
        assert_eq!(refused.status, 405, "{start}");
    }
    assert_eq!(dump(&world.database), before, "nothing is written by GET");
    let read = browser.send("GET /graphql?query=%7Bprogrammes%7Bcode%7D%7D", "", b"");
    assert!(read.status == 200 && read.text().contains("TEST"), "{}", read.text());

    let done = browser.write("POST /v1/organisations", &json!({ "siret": siret, "name": "Ours" }));
    assert_eq!(done.status, 201, "a page of ours does it: {}", done.text());
    let asked = browser.write("POST /graphql", &json!({ "query": registration.replace("Evil", "Ours") }));
    assert_eq!(asked.json()["data"]["organisationRegister"]["userErrors"][0]["code"], "ALREADY_REGISTERED");
}

#[test]
fn no_page_elsewhere_signs_a_browser_in_or_out() {
    let world = World::with_projects();
    let (_, once) = register(&world, "mallory", Role::Analyst);
    let (account, browser) = signed_in(&world, "victim", Role::Officer);
    let before = browser.cookie("faisceau");
    let fields = [("name", "mallory"), ("password", &once), ("new_password", PASSWORD)];
    let body = form(&fields);
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    for lines in [
        "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n",
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "",
    ] {
        let refused = browser.send("POST /sign-in", &format!("{lines}{kind}"), body.as_bytes());
        assert_eq!((refused.status, told(&refused).as_str()), (403, "CROSS_ORIGIN"), "{lines}");
        assert_eq!(headers(&refused, "set-cookie"), Vec::<String>::new());
        let csrf = browser.get("/session").json()["csrfToken"].as_str().unwrap().to_owned();
        let refused = browser.send("POST /sign-out", &format!("{lines}{kind}"), form(&[("csrf", &csrf)]).as_bytes());
        assert_eq!((refused.status, told(&refused).as_str()), (403, "CROSS_ORIGIN"), "{lines}");
    }
    assert_eq!((browser.cookie("faisceau"), who(&browser)), (before, json!(account)));
    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let fresh = Browser::new(&world.url);
        let page = fresh.get(&format!("/sign-in?{}", form(&[("return_to", elsewhere)])));
        assert!(!page.text().contains("evil"), "{}", page.text());
        let done = fresh.post_form("/sign-in", &[("name", "victim"), ("password", PASSWORD), ("return_to", elsewhere)]);
        assert_eq!((done.status, headers(&done, "location")), (303, vec!["/sign-in".to_owned()]), "{elsewhere}");
    }
}
