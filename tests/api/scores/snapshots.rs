//! Rank snapshots, stored in pieces.

use renown_core::scoring::Snapshot;

use crate::harness::{App, config, database};

async fn bodies(app: &App) -> Vec<Vec<u8>> {
    let bodies = "select body from (
                      select 0 as piece, snapshot_id, body from rank_snapshots
                      union all select piece, snapshot_id, body from rank_snapshot_pieces
                  ) as pieces
                  where snapshot_id = (select max(snapshot_id) from rank_snapshots) order by piece";
    sqlx::query_scalar(bodies)
        .fetch_all(&app.pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_in_pieces_is_read_as_it_was_written() {
    let pool = database().await;
    App::on(pool.clone(), config()).await.and_a_star().await;
    for piece_bytes in [1, 100, 1_000_000] {
        let mut config = crate::harness::config();
        config.rank.piece_bytes = piece_bytes;
        let app = App::on(pool.clone(), config).await;
        app.rank().await;
        let taken = app.service.scorer.snapshot();
        let bodies = bodies(&app).await;
        assert!(
            bodies
                .iter()
                .all(|body| !body.is_empty() && body.len() <= piece_bytes)
        );
        assert_eq!(
            bodies.len() > 1,
            piece_bytes < 1_000_000,
            "{} pieces",
            bodies.len()
        );
        assert_eq!(Snapshot::decode(&bodies.concat()).unwrap(), *taken);
        // A service that starts reads it.
        let other = App::on(pool.clone(), crate::harness::config()).await;
        other.service.scorer.reload().await.unwrap();
        assert_eq!(*other.service.scorer.snapshot(), *taken);
    }
}
