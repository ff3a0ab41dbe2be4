//! Paging of lists. One more row than the limit is read, to find out whether there
//! is another page.

/// Returns how many rows to read for a page.
pub(super) fn rows_for(limit: u16) -> i64 {
    i64::from(limit) + 1
}

/// Cuts the rows to one page. Returns whether there is another one.
pub(super) fn cut<T>(rows: &mut Vec<T>, limit: u16) -> bool {
    let more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    more
}
