//! What is counted, for whoever runs the service. Every label is a word of this program: the type of a label holds nothing
//! else, so that no metric ever carries what a caller sent or who it is.

use std::time::Duration;

use actix_web::http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::gate::{Class, Gate};
use crate::api::routes::ROUTES;
use crate::storage::Store;

/// The upper bounds of answering times, in seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// The counters and gauges of one service.
pub struct Metrics {
    registry: Registry,
    answers: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    work: Family<Kind, Gauge>,
    connections: Family<Kind, Gauge>,
    races: Gauge,
    position: Gauge,
    published: Gauge,
}

impl Metrics {
    /// Everything at nought.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("faisceau");
        let answers = Family::<Answered, Counter>::default();
        registry.register("http_answers", "Answers by route, method and status", answers.clone());
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        let seconds = Family::new_with_constructor(histogram);
        registry.register("http_answer_seconds", "How long answers took, by route", seconds.clone());
        let work = Family::<Kind, Gauge>::default();
        registry.register("work", "Work that goes on, by kind", work.clone());
        let connections = Family::<Kind, Gauge>::default();
        registry.register("database_connections_in_use", "Connections to the database at work", connections.clone());
        let races = Gauge::default();
        let told = "Writes tried again since the start, since PostgreSQL found them at odds with others";
        registry.register("database_races_lost", told, races.clone());
        let position = Gauge::default();
        registry.register("journal_position", "The last position of the journal", position.clone());
        let published = Gauge::default();
        let told = "1 while figures are published, 0 since a self-check found a difference";
        registry.register("figures_published", told, published.clone());
        Self { registry, answers, seconds, work, connections, races, position, published }
    }

    /// Counts an answer. The route is the pattern that it matched, never its address.
    pub fn answered(&self, pattern: Option<&str>, method: &Method, status: u16, took: Duration) {
        let known = ROUTES.iter().find(|(_, known, _)| Some(*known) == pattern);
        let route = known.map_or("unmatched", |(_, known, _)| known);
        self.answers.get_or_create(&Answered { route, method: name_of(method), status }).inc();
        self.seconds.get_or_create(&Route { route }).observe(took.as_secs_f64());
    }

    /// The text that a Prometheus server reads.
    pub fn text(&self, gate: &Gate, store: &Store, position: Option<i64>, published: bool) -> String {
        self.published.set(published.into());
        for (kind, class) in [("submission", Class::Submission), ("reading", Class::Reading), ("export", Class::Export)]
        {
            self.work.get_or_create(&Kind { kind }).set(gate.taken(class).into());
        }
        for (kind, count) in store.connections_in_use() {
            self.connections.get_or_create(&Kind { kind }).set(count.into());
        }
        self.races.set(i64::try_from(store.races_lost()).unwrap_or(i64::MAX));
        if let Some(position) = position {
            self.position.set(position);
        }
        let mut text = String::new();
        // Writing into a text cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// The name of a usual method. Others are made up by the caller, who may write there what nobody should.
pub fn name_of(method: &Method) -> &'static str {
    let usual = [Method::GET, Method::POST, Method::HEAD, Method::OPTIONS, Method::PUT, Method::PATCH, Method::DELETE];
    let names = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"];
    usual.iter().zip(names).find(|(known, _)| *known == method).map_or("other", |(_, name)| name)
}
