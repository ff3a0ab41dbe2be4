//! Webhooks, their secrets and deliveries, and the stream.
//!
//! Starts at [`webhook::create`]. A secret is shown once, when it is made.

pub mod deliveries;
pub mod messages;
pub mod secrets;
pub mod stream;
pub mod webhook;
