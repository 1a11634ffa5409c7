//! How work is timed, and how a figure stands beside its rival.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// How often everything is measured.
pub const RUNS: usize = 5;

/// The middle of some figures.
pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

/// Does some pieces of work by several clients, each with what it makes for itself first; gives pieces a second.
pub fn rate<T: Sync, W: FnMut(&T)>(work: &[T], clients: usize, client: impl Fn() -> W + Sync) -> f64 {
    let (next, barrier) = (AtomicUsize::new(0), Barrier::new(clients + 1));
    let mut began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let mut do_one = client();
                barrier.wait();
                while let Some(piece) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    do_one(piece);
                }
            });
        }
        barrier.wait();
        began = Instant::now();
    });
    work.len() as f64 / began.elapsed().as_secs_f64()
}

/// The middle times of two ways to do some pieces of work, in milliseconds, each piece both ways before the next.
pub fn middle_ms<T>(work: &[T], mut ours: impl FnMut(&T), mut theirs: impl FnMut(&T)) -> (f64, f64) {
    let ms = |do_one: &mut dyn FnMut(&T), piece: &T| {
        let began = Instant::now();
        do_one(piece);
        began.elapsed().as_secs_f64() * 1000.0
    };
    let (ours, theirs): (Vec<f64>, Vec<f64>) =
        work.iter().map(|piece| (ms(&mut ours, piece), ms(&mut theirs, piece))).unzip();
    (median(&ours), median(&theirs))
}

/// The processor time that a process has used, in milliseconds, as the kernel counts it.
pub fn processor_ms(process: u32) -> f64 {
    let Ok(line) = std::fs::read_to_string(format!("/proc/{process}/stat")) else { return f64::NAN };
    // After the name in brackets: the 12th and 13th word, in hundredths of a second.
    let words: Vec<&str> = line.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    words[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap_or(f64::NAN) * 10.0).sum()
}

/// What the kernel says of a process's memory under a name such as `VmRSS`, in bytes.
pub fn memory_bytes(process: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).map_or(f64::NAN, |kib| kib * 1024.0)
}

/// A row of the page: figures of the same runs, side by side.
pub struct Row {
    pub work: String,
    pub rival: String,
    pub unit: &'static str,
    pub ours: Vec<f64>,
    pub theirs: Vec<f64>,
    pub limit: Limit,
}

/// What the ratio of ours to theirs has to be.
pub enum Limit {
    AtLeast(f64),
    AtMost(f64),
    /// Shown without being asked for.
    None,
}

impl Row {
    /// The row as Markdown.
    pub fn written(&self) -> String {
        let ratios: Vec<f64> = self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| ours / theirs).collect();
        let ratio = median(&ratios);
        let (limit, reached) = match self.limit {
            Limit::AtLeast(least) => (format!("≥ {least}"), if ratio >= least { "yes" } else { "**no**" }),
            Limit::AtMost(most) => (format!("≤ {most}"), if ratio <= most { "yes" } else { "**no**" }),
            Limit::None => (String::new(), ""),
        };
        let (ours, theirs) = (shown(median(&self.ours)), shown(median(&self.theirs)));
        let unit = self.unit;
        format!(
            "| {} | {ours} {unit} | {} | {theirs} {unit} | {ratio:.2} | {limit} | {reached} |",
            self.work, self.rival
        )
    }
}

fn shown(figure: f64) -> String {
    if figure < 10.0 { format!("{figure:.2}") } else { format!("{figure:.0}") }
}
