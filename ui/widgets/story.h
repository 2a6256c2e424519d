#pragma once

#include "ui/controller/text_difference.h"

#include <QString>

#include <vector>

class QColor;
class QPlainTextEdit;
class QWidget;

namespace lorashear::ui {

/// A text that a model wrote, read-only; Tab leaves it.
QPlainTextEdit* makeStory(const QString& objectName, const QString& accessibleName, QWidget* parent);
/// Shows a text with parts of it marked, underlined and bold. The marks lie over the text and are no part of it: another text takes none of them over.
/// points: parts that stand out more, on a ground of that colour.
void showStory(QPlainTextEdit* story, const QString& text, const std::vector<TextPart>& marks, const QColor& color,
               const std::vector<TextPart>& points = {});

}  // namespace lorashear::ui
