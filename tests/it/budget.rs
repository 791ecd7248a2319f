//! The rows of a day: jobs stop where they are used up and go on the next day, people are never held up, and the
//! database's own limit ends in waiting and not in tries.

mod forecast;
mod quota;
mod spending;
