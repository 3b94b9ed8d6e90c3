//! A screen for people: as wide as theirs, the answer first, then why, then the numbers.
//!
//! Estimates are marked `≈`, lower bounds `at least`, and what an answer leaves out is `not reported`; what was
//! not answered is `refused`, `not asked` or `not given`. Colour
//! is written as ANSI escapes, and links to pages of the appliance as OSC 8; whoever prints the text strips
//! them where they do not belong.

mod doctor;
mod head;
mod report;
mod rows;
mod screen;
mod view;
mod wrap;

use dt_analysis::AsOf;

use crate::contract::{Document, Step};
use crate::view::View;
use screen::Screen;

/// What a screen needs to know besides the document.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The time of day, for "ended 40 min ago", and in which zone times are given and days begin.
    pub viewpoint: AsOf<'a>,
    /// How much of a report is shown.
    pub extent: Extent,
    /// How wide it is. Below 60 columns it is 60 wide, and the terminal breaks its lines; above 140 the rest
    /// stays empty.
    pub columns: usize,
}

impl<'a> Options<'a> {
    /// How wide a screen is where nobody knows.
    pub const COLUMNS: usize = 80;

    /// What fits on one screen of the usual width.
    #[must_use]
    pub const fn new(viewpoint: AsOf<'a>) -> Self {
        Self { viewpoint, extent: Extent::Screen, columns: Self::COLUMNS }
    }
}

/// How much of a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// What fits on one screen.
    #[default]
    Screen,
    /// Every part.
    Whole,
}

/// Renders a document.
#[must_use]
pub fn render(document: &Document, options: &Options<'_>) -> String {
    let mut screen = Screen::of(options.columns);
    match document {
        Document::Report(answer) => report::render(&mut screen, answer, options),
        Document::Doctor(doctor) => doctor::body(&mut screen, doctor),
        _ => {
            let view = View::new(document, options.viewpoint, None);
            view::render(&mut screen, &view, options);
        }
    }
    screen.finish()
}

/// A screen for terminals that cannot follow hyperlinks.
#[must_use]
pub fn without_links(screen: &str) -> String {
    screen::without_links(screen)
}

/// Renders one step of the doctor in so many columns, for a reader who watches it.
#[must_use]
pub fn step(step: &Step, columns: usize) -> String {
    let mut screen = Screen::of(columns);
    doctor::one(&mut screen, step);
    screen.finish()
}
