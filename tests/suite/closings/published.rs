//! What is published: marked where it is suppressed, the same in every form, and checked by digest, signature and figures.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::consolidation::closing::check::{Found, check_closings};
use faisceau::consolidation::operations::Consolidation;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{published, reported};
use crate::privacy::erase;
use crate::support::World;
use crate::support::console::Console;
use crate::support::raw::{Raw, request};

fn read(world: &World, path: &str) -> Raw {
    request(&world.url, &format!("GET {path}"), "", b"")
}

fn check(world: &World) -> Found {
    check_closings(&world.desk, &at_the_console(Role::Auditor), &Consolidation::new()).unwrap().remove(0).1
}

#[test]
fn small_counts_are_marked_and_nowhere_to_be_read() {
    let world = reported();
    let id = published(&world, &json!({ "name": "Spring" }));
    let content: Value = read(&world, &format!("/v1/closings/{id}/content")).json();
    assert_eq!((&content["format"], &content["threshold"]), (&json!("faisceau-closing/2"), &json!(5)));
    let mut suppressed = 0;
    for table in content["tables"].as_array().unwrap() {
        for row in table["rows"].as_array().unwrap() {
            for figure in row["figures"].as_array().unwrap() {
                let values = ["value", "numerator", "denominator", "perMille"].map(|name| figure.get(name));
                if figure["suppressed"] == true {
                    suppressed += 1;
                    assert_eq!(values, [None; 4], "{figure}");
                } else {
                    let told = values[0].or(values[1]).and_then(Value::as_i64).unwrap();
                    assert!(!(1..5).contains(&told), "{row}");
                }
            }
        }
    }
    assert!(suppressed > 10, "three people of BETA are kept back, and what would give them away");

    // The table says the same as a download.
    let csv = read(&world, &format!("/v1/closings/{id}/tables/PERSONS.csv"));
    assert!(csv.head.contains("text/csv"), "{}", csv.head);
    assert!(
        csv.text().lines().any(|line| line.starts_with("PROJECT,BETA,") && line.contains(",SUPPORTED,PERSON,true,,,,")),
        "{}",
        csv.text()
    );
    assert_eq!(read(&world, &format!("/v1/closings/{id}/tables/NOTHING")).status, 404);
}

#[test]
fn the_signature_is_of_the_text_and_the_key_is_public() {
    let world = reported();
    let id = published(&world, &json!({ "name": "Spring" }));
    let text = read(&world, &format!("/v1/closings/{id}/content")).body;
    let closing = read(&world, &format!("/v1/closings/{id}")).json();
    assert_eq!(closing["digest"], json!(HEXLOWER.encode(&Sha256::digest(&text))));
    let signature = read(&world, &format!("/v1/closings/{id}/signature")).body;
    assert_eq!(closing["signature"], json!(BASE64.encode(&signature)));
    let key = UnparsedPublicKey::new(&ED25519, world.desk.keys.closing().public().to_vec());
    key.verify(&text, &signature).expect("the signature holds");
    let mut other = text.clone();
    other[10] ^= 1;
    assert!(key.verify(&other, &signature).is_err());
    let id = world.desk.keys.closing().id();
    assert_eq!(closing["key"], json!(id));
    let keys = read(&world, "/.well-known/jwks.json").json();
    let known = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == json!(id)).expect("among the JWKS");
    assert_eq!(known["x"], json!(BASE64URL_NOPAD.encode(world.desk.keys.closing().public())));
    assert!(world.desk.keys.closing().public_pem().starts_with("-----BEGIN PUBLIC KEY-----"));
}

#[test]
fn a_changed_closing_is_found() {
    let world = reported();
    published(&world, &json!({ "name": "Spring" }));
    assert!(check(&world).is_right());
    let change = |column: &str, value: &str| {
        world.database.execute(&format!("UPDATE closings SET {column} = REPLACE({column}, {value});"));
    };
    change("content", "'Spring', 'Autumn'");
    let found = check(&world);
    assert_eq!((found.digest_holds, found.signature_holds), (false, Some(false)));
    change("content", "'Autumn', 'Spring'");
    assert!(check(&world).is_right());
    world.database.execute("UPDATE participations SET entry_on = '2024-05-01' WHERE reference = 'ALPHA-1';");
    let found = check(&world);
    let figures_differ = Found { digest_holds: true, signature_holds: Some(true), figures_hold: Some(false) };
    assert_eq!(found, figures_differ);
}

#[test]
fn what_was_kept_back_is_checked_too_and_so_is_who_signed() {
    let world = reported();
    published(&world, &json!({ "name": "Spring" }));
    let console = Console(&world.database);
    assert!(console.run(&["verify", "--only", "closings"]).out.contains("holds  closings: 1 "));
    let exact = world.database.sql("SELECT exact AS value FROM closings")[0].clone();
    let other = exact.replacen("\"value\":3,", "\"value\":4,", 1);
    assert_ne!(exact, other, "three people of BETA are among the counts");
    world.database.execute("UPDATE closings SET exact = REPLACE(exact, '\"value\":3,', '\"value\":4,');");
    assert_eq!(check(&world).figures_hold, Some(false));
    let (succeeded, printed) = console.try_run(&["verify", "--only", "closings"]);
    assert!(!succeeded && printed.out.contains("its figures, counted again, are others"), "{}", printed.out);
    world.database.execute("UPDATE closing_steps SET signature_key = 'another';");
    assert_eq!(check(&world).signature_holds, None);
    assert!(!check(&world).is_right());
}

#[test]
fn where_records_were_erased_digest_and_signature_stand_for_a_closing() {
    let world = reported();
    published(&world, &json!({ "name": "Spring" }));
    let erased = erase(&world, "ALPHA", "ALPHA-1");
    assert_eq!(erased["userErrors"], json!([]), "{erased}");
    let found = check(&world);
    assert_eq!(found, Found { digest_holds: true, signature_holds: Some(true), figures_hold: None });
    assert!(found.is_right());
    world.database.execute("UPDATE closings SET content = REPLACE(content, 'Spring', 'Autumn');");
    assert!(!check(&world).is_right(), "the text is still held to its digest");
}

/// What was kept of the same closing when the grid had six tables, each cut by one dimension at most.
const CONTENT_OF_GRID_2: &str = include_str!("grid-2/content.json");
const EXACT_OF_GRID_2: &str = include_str!("grid-2/exact.json");

#[test]
fn a_closing_of_the_grid_before_still_holds_and_is_read_like_others() {
    let world = reported();
    let id = published(&world, &json!({ "name": "Spring" }));
    let tables = |world: &World| {
        let document =
            "query T($id: ID!) { closing(id: $id) { tables { code dimensions rows { groups { dimension code } } } } }";
        let told = world.caller("analyst").ask(document, json!({ "id": id }));
        told["closing"]["tables"].as_array().unwrap().clone()
    };
    let today = tables(&world);
    let (content, exact) = (CONTENT_OF_GRID_2.trim_end(), EXACT_OF_GRID_2.trim_end());
    let digest = HEXLOWER.encode(&Sha256::digest(content.as_bytes()));
    let set = [("content", content), ("exact", exact), ("digest", &digest)];
    for (column, value) in set {
        world.database.execute(&format!("UPDATE closings SET {column} = '{}';", value.replace('\'', "''")));
    }
    let found = check(&world);
    assert_eq!((found.digest_holds, found.figures_hold), (true, Some(true)));
    let before = tables(&world);
    assert_eq!(before.len(), 6);
    assert_eq!(before, today[..6], "the tables that both have look the same");
    let csv = read(&world, &format!("/v1/closings/{id}/tables/PERSONS_BY_SEX.csv")).text();
    assert!(csv.contains("NATION,,,F,Female,Femme,SUPPORTED,PERSON,"), "{csv}");
    world.database.execute("UPDATE closings SET exact = REPLACE(exact, '\"value\":3,', '\"value\":4,');");
    assert_eq!(check(&world).figures_hold, Some(false));
}

#[test]
fn crossed_counts_say_which_group_of_each_dimension_they_are_of() {
    let world = reported();
    let id = published(&world, &json!({ "name": "Spring" }));
    let content: Value = read(&world, &format!("/v1/closings/{id}/content")).json();
    let table = content["tables"].as_array().unwrap().iter().find(|table| table["code"] == "PERSONS_BY_SEX_AND_AGE");
    let table = table.expect("sex and age are crossed");
    assert_eq!(table["dimensions"], json!(["SEX", "AGE_BAND"]));
    let rows = table["rows"].as_array().unwrap();
    assert_eq!(rows.len(), (1 + 4) * (1 + 7), "every crossing, and every margin");
    let women_under_18 = json!([
        { "dimension": "SEX", "code": "F", "nameEn": "Female", "nameFr": "Femme" },
        { "dimension": "AGE_BAND", "code": "UNDER_18", "nameEn": "Under 18", "nameFr": "Moins de 18 ans" },
    ]);
    assert!(rows.iter().any(|row| row["groups"] == women_under_18), "{rows:?}");
    let path = format!("/v1/closings/{id}/tables/PERSONS_BY_SEX_AND_AGE");
    let csv = read(&world, &format!("{path}.csv")).text();
    let heading = "level,place,place_name,sex,sex_en,sex_fr,age_band,age_band_en,age_band_fr,indicator,unit,";
    assert!(csv.contains(heading), "{csv}");
    let line = "NATION,,,F,Female,Femme,UNDER_18,Under 18,Moins de 18 ans,SUPPORTED,PERSON,";
    let margin = "NATION,,,,,,UNDER_18,Under 18,Moins de 18 ans,SUPPORTED,PERSON,";
    assert!(csv.contains(line) && csv.contains(margin), "{csv}");
    let workbook = read(&world, &format!("{path}.xlsx"));
    assert!(workbook.head.contains("spreadsheetml.sheet") && workbook.body.starts_with(b"PK"), "{}", workbook.head);
}

#[test]
fn no_code_changes_a_closing() {
    fn read(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                for verb in ["update(closing", "delete(closing", "UPDATEclosing", "DELETEFROMclosing"] {
                    if text.contains(verb) {
                        found.push(format!("{}: {verb}", path.display()));
                    }
                }
            }
        }
    }
    let mut found = Vec::new();
    read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert_eq!(found, Vec::<String>::new());
}
