//! A tiny schema behind the real transport and playground: `cargo run --example transport_audit -- 4000`, then
//! `node tests/audits/run.mjs http://127.0.0.1:4000/graphql`.

#[path = "../tests/support/tiny.rs"]
mod tiny;

fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    actix_web::rt::System::new().block_on(async move {
        let (server, port) = tiny::start(port, Default::default())?;
        println!("http://127.0.0.1:{port}/graphql and http://127.0.0.1:{port}/playground");
        server.await
    })
}
