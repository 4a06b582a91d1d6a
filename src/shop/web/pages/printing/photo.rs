//! A photograph of a code, for a till whose browser may not use the camera itself.

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::Pages;
use crate::error::{Error, Result};
use crate::shop::codes::Care;
use crate::web::Problem;

/// What a photograph shows.
#[derive(Serialize)]
pub(super) struct Codes {
    codes: Vec<String>,
}

/// The parts of a form with a photograph: the text of each field that is not one, and the photograph, if there is any.
pub(super) struct PhotoForm {
    pub texts: Vec<(String, String)>,
    pub photo: Option<Vec<u8>>,
}

impl PhotoForm {
    /// Reads a form whose photograph is in the field `photo`.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `photo` for a form that is cut off, too large, or no such form.
    pub async fn read(form: Result<Multipart, MultipartRejection>) -> Result<Self> {
        let refused = |error: String| Error::invalid("photo", error);
        let mut form = form.map_err(|error| refused(error.body_text()))?;
        let mut read = Self {
            texts: Vec::new(),
            photo: None,
        };
        while let Some(field) = form
            .next_field()
            .await
            .map_err(|error| refused(error.body_text()))?
        {
            let name = field.name().unwrap_or_default().to_owned();
            let content = field
                .bytes()
                .await
                .map_err(|error| refused(error.body_text()))?;
            if name == "photo" {
                read.photo = Some(content.to_vec()).filter(|photo| !photo.is_empty());
            } else {
                let text = String::from_utf8_lossy(&content).into_owned();
                read.texts.push((name, text));
            }
        }
        Ok(read)
    }

    /// The text of a field, or ''.
    pub fn text(&self, name: &str) -> &str {
        let found = self.texts.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, text)| text.as_str())
    }
}

/// Answers `{"codes": [...]}`, none where none can be read. A frame of the camera says so in the field `glance`.
pub(super) async fn read(
    State(pages): State<Pages>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<Codes>), Problem> {
    let form = PhotoForm::read(form).await?;
    let care = if form.text("glance").is_empty() {
        Care::Thorough
    } else {
        Care::Glance
    };
    let photo = form
        .photo
        .ok_or_else(|| Error::invalid("photo", "is missing"))?;
    let codes = pages.shop.read_code(photo, care).await?;
    Ok((StatusCode::OK, Json(Codes { codes })))
}
