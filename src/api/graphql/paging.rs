//! Relay connections over our pages: opaque keyset cursors, capped sizes.

use async_graphql::OutputType;
use async_graphql::connection::{Connection, Edge};
use data_encoding::BASE64URL_NOPAD;

use crate::page::{LARGEST_PAGE, Page, PageRequest};
use crate::refusal::{Code, Refusal};

/// How many items a page holds if nobody says.
pub const USUAL_PAGE: i32 = 20;

/// Reads `first` and `after` of a connection.
pub fn page_request(first: i32, after: Option<&str>) -> Result<PageRequest, Refusal> {
    let invalid = || Refusal::new(Code::PageInvalid).with("limit", LARGEST_PAGE);
    let first = usize::try_from(first).map_err(|_| invalid())?;
    let after = after.map(|cursor| key_of(cursor).ok_or_else(invalid)).transpose()?;
    PageRequest::new(first, after)
}

fn key_of(cursor: &str) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    String::from_utf8(bytes).ok().filter(|key| key.len() <= 100 && !key.contains('\0'))
}

/// Makes a connection of a page whose items know their keys.
pub fn connection<T: OutputType>(
    page: Page<T>,
    request: &PageRequest,
    key: impl Fn(&T) -> String,
) -> Connection<String, T> {
    let mut connection = Connection::new(!request.after().is_empty(), page.has_more);
    connection
        .edges
        .extend(page.items.into_iter().map(|item| Edge::new(BASE64URL_NOPAD.encode(key(&item).as_bytes()), item)));
    connection
}

/// Cuts a page out of a whole list whose keys are places, for lists that are made in memory.
pub fn cut_list<T>(items: Vec<T>, request: &PageRequest) -> Page<(usize, T)> {
    let after: usize = request.after().parse().unwrap_or(0);
    let limit = usize::try_from(request.limit()).unwrap_or(usize::MAX);
    request.cut(items.into_iter().enumerate().map(|(place, item)| (place + 1, item)).skip(after).take(limit).collect())
}
