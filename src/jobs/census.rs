//! Takes each program's census soon after its day has begun, page by page, with pauses
//! for the scorer. A failure for one program does not stop the others.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;

use crate::jobs::worker::Worker;
use crate::service::Result;
use crate::service::insight::CensusStart;
use renown_core::domain::ProgramId;

/// How often it checks whether a day has begun; also the pause after a failure.
const LOOK: Duration = Duration::from_secs(20);
/// The pause between two pages, in which others may work.
const TURN: Duration = Duration::from_millis(15);

pub(super) async fn run(worker: Worker) {
    let mut taken = BTreeMap::new();
    while worker.pause(LOOK).await && worker.begin().await {
        let mut outcome = Ok(());
        for program in worker.service.programs.ids() {
            outcome = outcome.and(look(&worker, program, &mut taken).await);
        }
        worker.ended(outcome).await;
    }
}

/// Takes the census of a program, unless today's was taken.
async fn look(
    worker: &Worker,
    program: ProgramId,
    taken: &mut BTreeMap<ProgramId, NaiveDate>,
) -> Result<()> {
    let insight = &worker.service.insight;
    let today = insight.today_in(&program)?;
    if taken.get(&program) == Some(&today) {
        return Ok(());
    }
    match insight.begin_census(&program).await? {
        CensusStart::Elsewhere => return Ok(()),
        CensusStart::Taken => {}
        CensusStart::Started(mut census) => {
            while insight.count_page(&mut census).await? {
                if !worker.pause(TURN).await {
                    return Ok(());
                }
                worker.goes_on();
            }
            insight.finish_census(*census).await?;
        }
    }
    taken.insert(program, today);
    Ok(())
}
