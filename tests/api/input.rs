//! What comes in: every text, time, number, list and object that the contract takes has a
//! limit there, what exceeds it is refused, and no value makes the service fail.

mod limits;
mod lists;
mod queries;
mod requests;
mod schemathesis;
mod sites;
mod statuses;
mod unchanged;
mod values;
