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

/// The cursor of a key.
pub fn cursor_of(key: &str) -> String {
    BASE64URL_NOPAD.encode(key.as_bytes())
}

fn key_of(cursor: &str) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    String::from_utf8(bytes).ok().filter(|key| key.len() <= 100 && !key.contains('\0'))
}

/// Makes a connection of a page whose items know their keys.
pub fn connection<T: OutputType>(
    page: Page<T>,
    request: &PageRequest,
    mut key: impl FnMut(&T) -> String,
) -> Connection<String, T> {
    keyed_connection(page.map(|item| (key(&item), item)), request)
}

/// Makes a connection of a page whose items come with their keys.
pub fn keyed_connection<T: OutputType>(page: Page<(String, T)>, request: &PageRequest) -> Connection<String, T> {
    let mut connection = Connection::new(!request.after().is_empty(), page.has_more);
    connection.edges.extend(page.items.into_iter().map(|(key, item)| Edge::new(cursor_of(&key), item)));
    connection
}

/// Makes a connection of a whole list that is in memory; its keys are places, from 1.
pub fn list_connection<T: OutputType>(items: Vec<T>, request: &PageRequest) -> Connection<String, T> {
    let after: usize = request.after().parse().unwrap_or(0);
    let limit = usize::try_from(request.limit()).unwrap_or(usize::MAX);
    let page = request.cut(items.into_iter().enumerate().skip(after).take(limit).collect());
    let mut connection = Connection::new(after > 0, page.has_more);
    let edge = |(place, item): (usize, T)| Edge::new(cursor_of(&(place + 1).to_string()), item);
    connection.edges.extend(page.items.into_iter().map(edge));
    connection
}
