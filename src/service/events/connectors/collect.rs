//! Collects items that come one by one into batches, over a stream that may break.

use std::time::Duration;

use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;

use super::upstream::UpstreamError;

/// The most items of a batch.
pub(super) const MOST: usize = 1000;
/// How long the first item of a batch waits for others.
const LINGER: Duration = Duration::from_millis(300);

/// Why a batch has no more items.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Closed<E> {
    /// It is full, or its first item has waited long enough.
    Due,
    /// The stream has ended.
    Ended,
    /// The stream has failed.
    Failed(E),
    /// The connector is to stop.
    Stopped,
}

/// Takes items from a stream until a batch is full, or for a moment after its first item.
pub(super) async fn collect<T, E>(
    stream: &mut (impl Stream<Item = Result<T, E>> + Unpin),
    stop: &CancellationToken,
) -> (Vec<T>, Closed<E>) {
    let mut items = Vec::new();
    let linger = tokio::time::sleep(LINGER);
    let mut linger = std::pin::pin!(linger);
    let mut lingers = false;
    loop {
        let next = tokio::select! {
            biased;
            () = stop.cancelled() => return (items, Closed::Stopped),
            () = &mut linger, if lingers => return (items, Closed::Due),
            next = stream.next() => next,
        };
        match next {
            Some(Ok(item)) => items.push(item),
            Some(Err(error)) => return (items, Closed::Failed(error)),
            None => return (items, Closed::Ended),
        }
        if items.len() >= MOST {
            return (items, Closed::Due);
        }
        if !std::mem::replace(&mut lingers, true) {
            linger.set(tokio::time::sleep(LINGER));
        }
    }
}

/// A stream that is opened when it is needed, and opened again after it has failed.
pub(super) struct Reopened<T> {
    open: Option<Items<T>>,
    /// Why it has failed, to be said once what came before is committed.
    failed: Option<UpstreamError>,
}

/// What comes over a stream.
pub(super) type Items<T> = BoxStream<'static, Result<T, UpstreamError>>;

impl<T> Reopened<T> {
    pub(super) fn new() -> Self {
        Self {
            open: None,
            failed: None,
        }
    }

    /// Takes the next items, and says whether the stream has ended; `opening` opens it if it is
    /// not open. None, if the connector is to stop.
    ///
    /// # Errors
    /// Why it cannot be opened, or has failed.
    pub(super) async fn next(
        &mut self,
        stop: &CancellationToken,
        opening: impl Future<Output = Result<Items<T>, UpstreamError>>,
    ) -> Result<(Vec<T>, bool), UpstreamError> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        let mut open = match self.open.take() {
            Some(open) => open,
            None => tokio::select! {
                () = stop.cancelled() => return Ok((Vec::new(), false)),
                opened = opening => opened?,
            },
        };
        let (items, closed) = collect(&mut open, stop).await;
        match closed {
            Closed::Due | Closed::Stopped => self.open = Some(open),
            Closed::Ended => return Ok((items, true)),
            Closed::Failed(error) if items.is_empty() => return Err(error),
            Closed::Failed(error) => self.failed = Some(error),
        }
        Ok((items, false))
    }
}

/// Ends a stream that has no end by itself with a failure.
pub(super) fn endless<T: Send + 'static>(
    items: impl Stream<Item = Result<T, UpstreamError>> + Send + 'static,
) -> Items<T> {
    let closed = async { Err(UpstreamError::passing("the server closed the stream")) };
    items.chain(futures::stream::once(closed)).boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    fn numbers(count: usize) -> impl Stream<Item = Result<usize, &'static str>> + Unpin {
        stream::iter((0..count).map(Ok))
    }

    #[tokio::test]
    async fn a_batch_is_bounded_and_nothing_is_lost_between_two() {
        let stop = CancellationToken::new();
        let mut stream = numbers(MOST + 5);
        let (first, closed) = collect(&mut stream, &stop).await;
        assert_eq!((first.len(), closed), (MOST, Closed::Due));
        let (rest, closed) = collect(&mut stream, &stop).await;
        assert_eq!((rest, closed), ((MOST..MOST + 5).collect(), Closed::Ended));
    }

    #[tokio::test]
    async fn what_came_before_a_failure_a_pause_or_a_stop_is_returned() {
        let stop = CancellationToken::new();
        let mut failing = stream::iter([Ok(1), Err("broken"), Ok(2)]);
        let collected = collect(&mut failing, &stop).await;
        assert_eq!(collected, (vec![1], Closed::Failed("broken")));
        let mut pausing = numbers(3).chain(stream::pending());
        let collected = collect(&mut pausing, &stop).await;
        assert_eq!(collected, (vec![0, 1, 2], Closed::Due));
        stop.cancel();
        let collected = collect(&mut pausing, &stop).await;
        assert_eq!(collected, (vec![], Closed::Stopped));
    }
}
