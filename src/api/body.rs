//! Reads a request body within limits of size and time, since actix times out no slow body.
//!
//! It refuses as early as it can; [`closing`] then answers without reading the rest.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Payload;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

use super::inflate::{Inflater, PIECE};
use crate::refusal::{Code, Refusal};

/// What a request body may weigh and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLimits {
    /// Most bytes read.
    pub max_bytes: usize,
    /// Longest time from the first look at the body to its end.
    pub deadline: Duration,
    /// How long a body may arrive at any rate.
    pub grace: Duration,
    /// Lowest average rate once the grace is over.
    pub min_bytes_per_second: u64,
    /// Whether a body may be compressed with gzip; `max_bytes` holds for both forms of it.
    pub compressed: bool,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            max_bytes: 1 << 20,
            deadline: Duration::from_secs(30),
            grace: Duration::from_secs(3),
            min_bytes_per_second: 1 << 10,
            compressed: false,
        }
    }
}

/// The whole body, or why it was not read to its end.
pub async fn read<S>(headers: &HeaderMap, body: &mut S, limits: &BodyLimits) -> Result<Bytes, Refusal>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let (mut first, mut joined) = (Bytes::new(), BytesMut::new());
    forward(headers, body, limits, async |chunk| {
        if first.is_empty() && joined.is_empty() {
            first = chunk;
            return true;
        }
        if joined.is_empty() {
            joined.extend_from_slice(&first);
        }
        joined.extend_from_slice(&chunk);
        true
    })
    .await?;
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}

/// Hands on a body part by part until its end, or until nobody takes it any more; or says why it was not read to its end.
/// The time that whoever takes a part needs for it does not count.
pub async fn forward<S>(
    headers: &HeaderMap,
    body: &mut S,
    limits: &BodyLimits,
    mut take: impl AsyncFnMut(Bytes) -> bool,
) -> Result<(), Refusal>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let mut inflater = check_headers(headers, limits)?;
    let (mut started, mut received, mut unfolded) = (Instant::now(), 0, 0);
    loop {
        let Ok(next) = timeout_at(too_slow_at(started, received, limits), body.next()).await else {
            return Err(Code::BodyTooSlow.into());
        };
        let Some(chunk) = next else {
            let rest = inflater.map(Inflater::finish).transpose().map_err(|_| Code::BodyIncomplete)?;
            if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
                take(rest).await;
            }
            return Ok(());
        };
        let chunk = chunk.map_err(refused_by_framing)?;
        received += chunk.len();
        if received > limits.max_bytes {
            return Err(too_large(limits));
        }
        if started.elapsed() > limits.deadline {
            return Err(Code::BodyTooSlow.into());
        }
        let handed = Instant::now();
        match &mut inflater {
            None => {
                if !take(chunk).await {
                    return Ok(());
                }
            }
            Some(inflater) => {
                for piece in chunk.chunks(PIECE) {
                    let part = inflater.unfold(piece).map_err(|_| Code::BodyIncomplete)?;
                    unfolded += part.len();
                    if unfolded > limits.max_bytes {
                        return Err(too_large(limits));
                    }
                    if !part.is_empty() && !take(part).await {
                        return Ok(());
                    }
                }
            }
        }
        started += handed.elapsed();
    }
}

/// A refusal's response that closes the connection instead of draining what is left of the body.
///
/// The response holds the payload until it is written: actix drains a chunked body whose payload was dropped, for ever
/// if need be, and closes on one that is merely unread.
pub fn closing(response: HttpResponse, payload: Payload) -> HttpResponse {
    let mut response = response.map_body(|_, body| BoxBody::new(Holding { body, _payload: payload }));
    response.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
    response
}

/// Refuses what the headers already show to be too much; says whether the body has to be unfolded.
fn check_headers(headers: &HeaderMap, limits: &BodyLimits) -> Result<Option<Inflater>, Refusal> {
    let encodings: Vec<&[u8]> = headers.get_all(header::CONTENT_ENCODING).map(header::HeaderValue::as_bytes).collect();
    let is = |value: &&[u8], name: &[u8]| value.eq_ignore_ascii_case(name);
    let inflater = match encodings.as_slice() {
        [gzip] if limits.compressed && is(gzip, b"gzip") => Some(Inflater::new()),
        other if other.iter().all(|value| is(value, b"identity")) => None,
        _ => return Err(Code::EncodingUnsupported.into()),
    };
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    match announced {
        Some(length) if length > limits.max_bytes as u64 => Err(too_large(limits)),
        _ => Ok(inflater),
    }
}

/// The instant at which the average rate falls below the least, or the deadline.
fn too_slow_at(started: Instant, received: usize, limits: &BodyLimits) -> Instant {
    let carried = Duration::from_secs_f64(received as f64 / limits.min_bytes_per_second.max(1) as f64);
    started + carried.max(limits.grace).min(limits.deadline)
}

fn too_large(limits: &BodyLimits) -> Refusal {
    Refusal::new(Code::BodyTooLarge).with("limit", limits.max_bytes)
}

fn refused_by_framing(error: PayloadError) -> Refusal {
    match error {
        PayloadError::Overflow => Code::BodyTooLarge.into(),
        _ => Code::BodyIncomplete.into(),
    }
}

struct Holding {
    body: BoxBody,
    _payload: Payload,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use futures_util::stream;

    use super::*;

    const LIMITS: BodyLimits = BodyLimits {
        max_bytes: 100_000,
        deadline: Duration::from_millis(600),
        grace: Duration::from_millis(100),
        min_bytes_per_second: 1_000,
        compressed: false,
    };

    async fn read_chunks(chunks: Vec<(u64, &'static [u8])>) -> Result<Bytes, &'static str> {
        let mut body = Box::pin(stream::iter(chunks).then(|(wait, chunk)| async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            Ok(Bytes::from_static(chunk))
        }));
        let request = TestRequest::default().to_http_request();
        read(request.headers(), &mut body, &LIMITS).await.map_err(|refusal| refusal.code.as_str())
    }

    #[tokio::test]
    async fn a_body_is_read_whole() {
        assert_eq!(read_chunks(vec![]).await.unwrap(), "");
        assert_eq!(read_chunks(vec![(0, b"one")]).await.unwrap(), "one");
        assert_eq!(read_chunks(vec![(0, b"one "), (20, b"two"), (20, b" three")]).await.unwrap(), "one two three");
    }

    #[tokio::test]
    async fn size_is_checked_while_reading() {
        const HALF: &[u8] = &[b'x'; 60_000];
        assert_eq!(read_chunks(vec![(0, HALF), (0, HALF)]).await, Err("BODY_TOO_LARGE"));
    }

    #[tokio::test]
    async fn a_dripping_body_is_refused_once_the_grace_is_over() {
        let started = Instant::now();
        assert_eq!(read_chunks(vec![(30, b"x"); 100]).await, Err("BODY_TOO_SLOW"));
        assert!(started.elapsed() < Duration::from_millis(300), "{:?}", started.elapsed());
    }

    #[tokio::test]
    async fn a_body_may_not_outlast_the_deadline() {
        const STEADY: &[u8] = &[b'x'; 900];
        let started = Instant::now();
        assert_eq!(read_chunks(vec![(50, STEADY); 100]).await, Err("BODY_TOO_SLOW"));
        assert!(started.elapsed() >= LIMITS.deadline && started.elapsed() < LIMITS.deadline * 2);
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, text).unwrap();
        encoder.finish().unwrap()
    }

    async fn read_gzip(bytes: Vec<u8>, compressed: bool) -> Result<Bytes, &'static str> {
        let request = TestRequest::default().insert_header(("Content-Encoding", "gzip")).to_http_request();
        let mut body = Box::pin(stream::iter([Ok(Bytes::from(bytes))]));
        let limits = BodyLimits { compressed, ..LIMITS };
        read(request.headers(), &mut body, &limits).await.map_err(|refusal| refusal.code.as_str())
    }

    #[tokio::test]
    async fn a_compressed_body_is_read_where_it_is_let_in_and_a_bomb_or_a_part_of_one_is_not() {
        let text = b"participations ".repeat(1_000);
        assert_eq!(read_gzip(gzip(&text), true).await.unwrap(), text);
        assert_eq!(read_gzip(gzip(b""), true).await.unwrap(), "");
        assert_eq!(read_gzip(gzip(&text), false).await, Err("ENCODING_UNSUPPORTED"));
        assert_eq!(read_gzip(gzip(&vec![0; 50 << 20]), true).await, Err("BODY_TOO_LARGE"));
        let mut cut = gzip(&text);
        cut.truncate(cut.len() - 3);
        assert_eq!(read_gzip(cut, true).await, Err("BODY_INCOMPLETE"));
        assert_eq!(read_gzip(b"no gzip".to_vec(), true).await, Err("BODY_INCOMPLETE"));
        let mut followed = gzip(&text);
        followed.extend_from_slice(b"something");
        assert_eq!(read_gzip(followed, true).await, Err("BODY_INCOMPLETE"));
    }

    #[tokio::test]
    async fn headers_are_checked_first() {
        let mut never = Box::pin(stream::pending());
        for (name, value, code) in
            [("Content-Length", "100001", "BODY_TOO_LARGE"), ("Content-Encoding", "gzip", "ENCODING_UNSUPPORTED")]
        {
            let request = TestRequest::default().insert_header((name, value)).to_http_request();
            assert_eq!(read(request.headers(), &mut never, &LIMITS).await.unwrap_err().code.as_str(), code);
        }
    }
}
