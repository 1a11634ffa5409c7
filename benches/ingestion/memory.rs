//! What the server's memory grows by while 100 000 participations come in one request.

use std::io::Read;

use serde_json::Value;

use crate::copy::copy;
use crate::measure::memory_bytes;
use crate::server::Server;
use crate::world::{Project, World};

const PARTICIPATIONS: usize = 100_000;

const MIB: f64 = 1_048_576.0;

/// What was measured of one request.
pub struct Grown {
    pub work: &'static str,
    pub idle_mib: f64,
    pub peak_mib: f64,
    pub seconds: f64,
}

/// The most that a request may add, in MiB.
pub const LIMIT_MIB: f64 = 150.0;

impl Grown {
    /// The row as Markdown.
    pub fn written(&self) -> String {
        let added = self.peak_mib - self.idle_mib;
        let reached = if added < LIMIT_MIB { "yes" } else { "**no**" };
        format!(
            "| {} | {:.1} s | {:.0} MiB | {:.0} MiB | {added:.0} MiB | < {LIMIT_MIB} MiB | {reached} |",
            self.work, self.seconds, self.idle_mib, self.peak_mib
        )
    }
}

/// Pushes to a server of its own for each format, then ten changes on top.
pub fn measure(world: &World) -> Vec<Grown> {
    let (first, second) = (&world.projects[0], &world.projects[1]);
    let copied = copy(&world.database);
    let mut grown = Vec::new();
    let server = Server::start(&copied);
    let body = world.table(first, PARTICIPATIONS);
    grown.push(push(world, &server, "100 000 participations as CSV", first, "text/csv", 0, &body));
    drop(server);
    let server = Server::start(&copied);
    let body = world.lines(second, PARTICIPATIONS);
    grown.push(push(world, &server, "100 000 participations as JSON lines", second, "application/x-ndjson", 0, &body));
    drop(server);
    let server = Server::start(&copied);
    let changes: String =
        (0..10).map(|place| format!("{}\n", changed(world.participation(second, place * 9973)))).collect();
    let work = "10 changes on top of 100 000";
    grown.push(push(world, &server, work, second, "application/x-ndjson", 1, &changes));
    grown
}

/// The same participation with another answer.
fn changed(mut participation: Value) -> Value {
    let rural = if participation["ruralArea"] == "YES" { "NO" } else { "YES" };
    participation["ruralArea"] = rural.into();
    participation
}

fn push(
    world: &World,
    server: &Server,
    work: &'static str,
    project: &Project,
    content_type: &str,
    base_version: u32,
    body: &str,
) -> Grown {
    let process = server.child.id();
    let url = format!("{}{}", server.url, world.path(project, base_version));
    std::thread::sleep(std::time::Duration::from_millis(300));
    // From here on the kernel keeps the highest mark anew.
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
    let idle_mib = mib(process, "VmRSS");
    let began = std::time::Instant::now();
    let mut response = crate::support::world::agent()
        .post(url)
        .header("authorization", format!("Bearer {}", project.token))
        .header("content-type", content_type)
        .header("prefer", "wait=60")
        .send(body)
        .unwrap();
    let mut text = String::new();
    response.body_mut().as_reader().take(4000).read_to_string(&mut text).unwrap();
    assert_eq!(response.status(), 201, "{work}: {text}");
    let seconds = began.elapsed().as_secs_f64();
    let grown = Grown { work, idle_mib, peak_mib: mib(process, "VmHWM"), seconds };
    eprintln!("{}", grown.written());
    grown
}

fn mib(process: u32, name: &str) -> f64 {
    memory_bytes(process, name) / MIB
}
