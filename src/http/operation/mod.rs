//! For whoever runs the service. Starts at [`health::readyz`].

pub mod health;
