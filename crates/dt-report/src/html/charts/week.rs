//! The hours of the week, by how busy they are.

use askama::Template;
use dt_analysis::week::HoursOfWeek;

use super::axis::{Mark, labelled};
use super::{Labels, percent};
use crate::phrases::numbers::decimal;

/// Room for the hours above.
const TOP: usize = 18;
const ROW: usize = 22;

#[derive(Template)]
#[template(path = "charts/week.svg")]
pub(super) struct Heat<'a> {
    labels: Labels<'a>,
    height: usize,
    marks: Vec<Mark>,
    rows: Vec<Row>,
    width: String,
    most: String,
}

struct Row {
    y: usize,
    label: &'static str,
    cells: Vec<Cell>,
}

struct Cell {
    x: String,
    class: &'static str,
    title: String,
}

impl<'a> Heat<'a> {
    /// The classes of the style sheet, from nothing to the most.
    const CLASSES: [&'static str; 8] = ["h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7"];

    pub(super) fn new(labels: Labels<'a>, week: &HoursOfWeek) -> Self {
        const EVERY_HOURS: usize = 4;
        let columns = usize::from(24 / week.hours);
        let wide = usize::from(week.hours);
        let x = |column: usize| column as f64 / columns as f64;
        let marks = (0..columns).filter(|column| column * wide % EVERY_HOURS == 0);
        let marks = marks.map(|column| labelled(x(column), format!("{:02}", column * wide)));
        let most = week.most();
        let row = |(day, means): (usize, &Vec<Option<f64>>)| Row {
            y: TOP + day * ROW,
            label: HoursOfWeek::day(day),
            cells: means
                .iter()
                .enumerate()
                .map(|(column, mean)| Cell {
                    x: percent(x(column)),
                    class: mean.map_or("none", |mean| Self::class(mean, most)),
                    title: format!(
                        "{}: {}",
                        week.name(day, column),
                        mean.map_or_else(|| "not reported".to_owned(), decimal)
                    ),
                })
                .collect(),
        };
        Self {
            labels,
            height: TOP + week.days.len() * ROW,
            marks: marks.collect(),
            rows: week.days.iter().enumerate().map(row).collect(),
            width: percent(1.0 / columns as f64),
            most: decimal(most),
        }
    }

    fn class(mean: f64, most: f64) -> &'static str {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the last class"
        )]
        let place = (mean / most.max(f64::MIN_POSITIVE) * (Self::CLASSES.len() - 1) as f64).round()
            as usize;
        Self::CLASSES[place.min(Self::CLASSES.len() - 1)]
    }
}
