//! Disclosure control against an attacker who has nothing but what is published. No database, no server.

mod attacker;
mod crossed;
mod histories;
mod known;
mod random;
mod trap;
