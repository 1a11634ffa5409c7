//! Figures over HTTP, from a real server process over the demo's whole history, beside empty answers.

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::json;

use crate::client::Request;
use crate::measure::{Limit, RUNS, Row, memory_bytes};
use crate::server::Server;
use crate::support::database::on_postgresql;
use crate::world::World;

pub const FIGURES: &str = "query Key { programme(code: \"PIC-IPR\") { consolidation { position day figures(indicators: [\
    \"SUPPORTED\", \"ENTRIES\", \"EXITS\", \"POSITIVE_EXITS\", \"POSITIVE_EXIT_RATE\", \"SUSTAINABLE_EXITS\"], \
    unit: PERSON) { indicator { code } value numerator denominator } } } }";
const TABLE: &str = "query Table { programme(code: \"PIC-IPR\") { consolidation(groupings: [REGION, QUARTER]) { \
    position day table(indicators: [\"SUPPORTED\"]) { keys values } } } }";
pub const SIDES: [&str; 2] = ["SQLite", "PostgreSQL"];

/// Prints the rates, on one database.
pub fn print() {
    eprintln!("playing the demo …");
    let world = World::build(0);
    let token = &world.officers[0];
    let server = Server::start_with(&world.database, &[("FAISCEAU_RATE_PER_SECOND", "0")]);
    let address = address_of(&server);
    let graphql = |query: &str| Request::graphql(&json!({ "query": query }).to_string(), token);
    let figures = graphql(FIGURES);
    let told = figures.once(&address);
    assert!(told.contains("\"23000\""), "{told}");
    // A second process over the same database keeps no answer: what it computes is measured.
    let nothing_kept = [("FAISCEAU_RATE_PER_SECOND", "0"), ("FAISCEAU_KEPT_ANSWERS_MIB", "0")];
    let computing = Server::start_with(&world.database, &nothing_kept);
    let computing_at = address_of(&computing);
    let rest = Request::get(
        "/v1/programmes/PIC-IPR/table?indicators=SUPPORTED&groupBy=REGION,QUARTER&unit=PERSON",
        Some(token),
    );
    let table = graphql(TABLE);
    for (name, request) in [("REST", &rest), ("GraphQL", &table)] {
        let told = request.once(&address);
        eprintln!("{name}: {} bytes, {}", told.len(), &told[..told.len().min(300)]);
    }
    let empty = empty_server();
    let nothing = Request::get("/", None);
    let typename = graphql("{ __typename }");
    println!("## Over HTTP, {}\n", SIDES[usize::from(on_postgresql())]);
    println!("| work | Faisceau | beside | | ratio | limit | reached |\n| --- | --: | --- | --: | --: | --: | --- |");
    let authenticated = "an empty authenticated GraphQL answer";
    let bare = "an empty actix answer";
    for (work, request, at, rival, beside, place, least) in [
        (
            "key national figures, computed, GraphQL",
            &figures,
            &computing_at,
            authenticated,
            &typename,
            &computing_at,
            0.6,
        ),
        ("key national figures, kept, GraphQL", &figures, &address, bare, &nothing, &empty, 0.5),
        ("table of region by quarter, computed, REST", &rest, &computing_at, bare, &nothing, &empty, 0.15),
        ("table of region by quarter, computed, GraphQL", &table, &computing_at, bare, &nothing, &empty, 0.045),
        ("table of region by quarter, kept, GraphQL", &table, &address, bare, &nothing, &empty, 0.5),
    ] {
        let (ours, theirs) = (0..RUNS).map(|_| (request.rate(at), beside.rate(place))).unzip();
        let row = Row {
            work: work.to_owned(),
            rival: rival.to_owned(),
            unit: "/s",
            ours,
            theirs,
            limit: Limit::AtLeast(least),
        };
        println!("{}", row.written());
    }
    let resident = memory_bytes(server.child.id(), "VmRSS") / 1e6;
    println!("\nMemory of the server that keeps answers, after all of this: {resident:.0} MB.\n");
}

/// Where a server listens.
pub fn address_of(server: &Server) -> String {
    server.url.trim_start_matches("http://").to_owned()
}

/// An actix server that answers nothing, quickly.
fn empty_server() -> String {
    let (say, hear) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = || App::new().route("/", web::get().to(HttpResponse::Ok));
            let server = HttpServer::new(app).workers(2).bind("127.0.0.1:0").unwrap();
            say.send(server.addrs()[0].to_string()).unwrap();
            server.run().await.unwrap();
        });
    });
    hear.recv().unwrap()
}
