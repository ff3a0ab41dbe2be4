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
