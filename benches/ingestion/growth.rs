//! What a database grows by over twenty quarters: full statements, the same changes alone, and naive copies.

use faisceau::demo::Story;

use crate::support::growth::{Sending, Size, keep_copies, played, size};

/// A way to keep the same history, and what it weighs.
pub struct Kept {
    pub how: &'static str,
    pub size: Size,
}

/// Plays the demo's twenty quarters in two ways, and copies every version whole for the third.
pub fn measure() -> Vec<Kept> {
    let story = Story::tell();
    let play = |how: &'static str, sending| {
        eprintln!("{how} …");
        let stage = played(&story, usize::MAX, sending);
        (Kept { how, size: size(&stage.database) }, stage)
    };
    let (whole, stage) = play("full statements (`REPLACE`)", Sending::Whole);
    let (changes, _) = play("the changes alone (`UPSERT`)", Sending::ChangesAlone);
    eprintln!("naive copies …");
    keep_copies(&stage.database);
    let naive = Kept { how: "a full copy per version", size: size(&stage.database) };
    vec![changes, whole, naive]
}
