//! Takes each program's census soon after its day has begun, page by page, with pauses
//! for the scorer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use tokio_util::sync::CancellationToken;

use crate::jobs::pause;
use crate::service::insight::CensusStart;
use crate::service::{Result, Service};
use renown_core::domain::ProgramId;

/// How often it checks whether a day has begun; also the pause after a failure.
const LOOK: Duration = Duration::from_secs(20);
/// The pause between two pages, in which others may work.
const TURN: Duration = Duration::from_millis(15);

pub(super) async fn run(service: Arc<Service>, stop: CancellationToken) {
    let mut taken = BTreeMap::new();
    while pause(&stop, LOOK).await {
        for program in service.programs.ids() {
            if let Err(error) = look(&service, &stop, program, &mut taken).await {
                tracing::warn!(%error, "a census will be taken later");
            }
        }
    }
}

/// Takes the census of a program, unless today's was taken.
async fn look(
    service: &Arc<Service>,
    stop: &CancellationToken,
    program: ProgramId,
    taken: &mut BTreeMap<ProgramId, NaiveDate>,
) -> Result<()> {
    let today = service.insight.today_in(&program)?;
    if taken.get(&program) == Some(&today) {
        return Ok(());
    }
    match service.insight.begin_census(&program).await? {
        CensusStart::Elsewhere => return Ok(()),
        CensusStart::Taken => {}
        CensusStart::Started(mut census) => {
            while service.insight.count_page(&mut census).await? {
                if !pause(stop, TURN).await {
                    return Ok(());
                }
            }
            service.insight.finish_census(*census).await?;
        }
    }
    taken.insert(program, today);
    Ok(())
}
