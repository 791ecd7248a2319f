//! Requests to make media at Pixverse: what is refused, what is sent, and what is read out of the answers.

mod answers;
mod bodies;
mod candidates;
mod limits;
mod parity;
mod random;
mod sample;
mod table;
mod uploads;
