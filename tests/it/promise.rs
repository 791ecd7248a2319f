//! The promise: whatever road a clip came by, in whatever order, however often, there is one inventory. `views` makes
//! what the roads show of one provider world, `orders` walks the orders, `scenarios` are the cases that went wrong
//! elsewhere, by their numbers.

mod orders;
mod scenarios;
mod scenarios_of_jobs;
mod views;
