#include "ui/widgets/story.h"

#include <QCoreApplication>
#include <QPlainTextEdit>
#include <QTextCursor>

namespace lorashear::ui {

QPlainTextEdit* makeStory(const QString& objectName, const QString& accessibleName, QWidget* parent) {
    auto* story = new QPlainTextEdit(parent);
    story->setObjectName(objectName);
    story->setAccessibleName(accessibleName);
    story->setReadOnly(true);
    story->setTabChangesFocus(true);
    story->setPlaceholderText(QCoreApplication::translate("lorashear::ui::Story", "Not written yet"));
    return story;
}

void showStory(QPlainTextEdit* story, const QString& text, const std::vector<TextPart>& marks, const QColor& color,
               const std::vector<TextPart>& points) {
    if (story->toPlainText() != text) story->setPlainText(text);
    QTextCharFormat format, point;
    format.setUnderlineStyle(QTextCharFormat::SingleUnderline);
    format.setUnderlineColor(color);
    format.setFontWeight(QFont::DemiBold);  // not by colour alone
    QColor ground = color;
    ground.setAlpha(70);  // words on it stay readable
    point.setBackground(ground);
    point.setFontWeight(QFont::Bold);
    QList<QTextEdit::ExtraSelection> selections;
    const auto add = [&](const std::vector<TextPart>& parts, const QTextCharFormat& how) {
        for (const TextPart& part : parts) {
            QTextCursor cursor(story->document());
            cursor.setPosition(int(part.from));
            cursor.setPosition(int(part.from + part.length), QTextCursor::KeepAnchor);
            selections.append({cursor, how});
        }
    };
    add(marks, format);
    add(points, point);
    story->setExtraSelections(selections);
}

}  // namespace lorashear::ui
