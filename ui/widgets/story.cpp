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

void showStory(QPlainTextEdit* story, const QString& text, const std::vector<TextPart>& marks, const QColor& color) {
    if (story->toPlainText() != text) story->setPlainText(text);
    QTextCharFormat format;
    format.setUnderlineStyle(QTextCharFormat::SingleUnderline);
    format.setUnderlineColor(color);
    format.setFontWeight(QFont::DemiBold);  // not by colour alone
    QList<QTextEdit::ExtraSelection> selections;
    for (const TextPart& mark : marks) {
        QTextCursor cursor(story->document());
        cursor.setPosition(int(mark.from));
        cursor.setPosition(int(mark.from + mark.length), QTextCursor::KeepAnchor);
        selections.append({cursor, format});
    }
    story->setExtraSelections(selections);
}

}  // namespace lorashear::ui
