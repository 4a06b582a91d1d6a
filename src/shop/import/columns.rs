#[derive(Debug, Clone, Default)]
pub struct Columns;
#[derive(Debug, Clone)]
pub struct Filter;
