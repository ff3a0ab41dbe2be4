//! Pages of lists. One row more than asked for is read: it tells whether there
//! is another page.

/// How many rows to read for a page.
pub(super) fn rows_for(limit: u16) -> i64 {
    i64::from(limit) + 1
}

/// Cuts what was read to a page. Says whether there is another one.
pub(super) fn cut<T>(rows: &mut Vec<T>, limit: u16) -> bool {
    let more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    more
}
