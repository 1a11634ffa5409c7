//! What a caller's `Accept` header says about the media types that we could answer in.

use actix_web::http::header::{self, HeaderMap};

use super::problem::quality;

/// How much a media type is wanted, by the most precise range that names it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Preference {
    /// From 0, not at all, to 1.
    pub weight: f32,
    /// How precisely it was named: 0 as `*/*`, 1 as `type/*`, 2 as itself; nothing if not at all.
    pub precision: Option<u8>,
}

/// How much each of the offered types is wanted; nothing where `Accept` does not say.
pub fn preferences<const N: usize>(headers: &HeaderMap, offered: [&str; N]) -> Option<[Preference; N]> {
    let mut wanted = [Preference::default(); N];
    let mut said = false;
    for value in headers.get_all(header::ACCEPT) {
        for range in value.to_str().unwrap_or_default().split(',').filter(|range| !range.trim().is_empty()) {
            said = true;
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            if !parts.clone().all(writable) {
                continue;
            }
            let weight = quality(parts);
            for (preference, offer) in wanted.iter_mut().zip(offered) {
                if let Some(precision) = precision(&name, offer) {
                    preference.take(precision, weight);
                }
            }
        }
    }
    said.then_some(wanted)
}

fn precision(range: &str, offer: &str) -> Option<u8> {
    let kind = range.strip_suffix("/*");
    match () {
        () if range == offer => Some(2),
        () if range == "*/*" => Some(0),
        () if kind.is_some() && kind == offer.split('/').next() => Some(1),
        () => None,
    }
}

impl Preference {
    fn take(&mut self, precision: u8, weight: f32) {
        if self.precision.is_none_or(|known| precision >= known) {
            *self = Self { weight, precision: Some(precision) };
        }
    }
}

/// We write UTF-8, so a range that wants another charset does not name us; nor does a content type in another.
pub fn writable(parameter: &str) -> bool {
    parameter.split_once('=').is_none_or(|(name, value)| !name.eq_ignore_ascii_case("charset") || is_utf8(value))
}

fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}
