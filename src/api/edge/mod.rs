//! What stands between the network and the routes: how much a caller may ask, how much work goes on at once, which headers
//! every answer has, and what is counted. It knows callers and routes, and nothing of what they ask for.

pub mod gate;
pub mod guard;
pub mod headers;
pub mod metrics;
pub mod operations;
pub mod rate;

use std::sync::Arc;

use crate::configuration::Configuration;
use gate::Gate;
use metrics::Metrics;
use rate::{Bucket, Buckets};

/// What every worker shares of it.
pub struct Edge {
    /// Everything that was set.
    pub configuration: Configuration,
    /// The work that goes on at once.
    pub gate: Arc<Gate>,
    /// What is counted.
    pub metrics: Metrics,
    rates: Buckets,
    anonymous_rates: Buckets,
}

impl Edge {
    /// The edge of a service with a configuration.
    pub fn new(configuration: Configuration) -> Self {
        let set = &configuration;
        Self {
            gate: Gate::new(set.work_at_once.0, set.exports_at_once.0),
            metrics: Metrics::new(),
            rates: Buckets::new("organisation", set.rate_per_second.0, set.rate_burst.0),
            anonymous_rates: Buckets::new("address", set.anonymous_rate_per_second.0, set.anonymous_rate_burst.0),
            configuration,
        }
    }

    /// Takes one request out of its bucket.
    fn take(&self, bucket: &Bucket) -> Option<rate::Taken> {
        match bucket {
            Bucket::Address(_) => self.anonymous_rates.take(bucket),
            Bucket::Organisation(_) | Bucket::Client(_) => self.rates.take(bucket),
        }
    }
}
