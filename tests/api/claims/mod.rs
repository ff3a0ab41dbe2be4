//! Claims, with limits, lists, draws and codes.

mod codes;
mod crowd;
mod draw_checks;
mod draws;
mod exclusive;
mod hold;
mod invitations;
mod limits;
mod model;
mod upkeep;

use crate::harness::App;

/// Starts the service with a program in force, and enrols the members m0, m1, … of Twitter.
async fn open(program: &str, members: usize) -> App {
    open_all(&[program.to_owned()], members).await
}

/// The same with several programs.
async fn open_all(programs: &[String], members: usize) -> App {
    let app = App::start().await;
    for program in programs {
        app.service
            .programs
            .publish(None, program, None)
            .await
            .unwrap();
    }
    for member in 0..members {
        app.enrol(&format!("twitter:m{member}")).await;
    }
    app
}
