#include "ui/widgets/restore_strip.h"

#include "ui/widgets/pieces.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace lorashear::ui {

RestoreStrip::RestoreStrip(QWidget* parent) : QFrame(parent), m_title(makeHeading({}, this)), m_words(makeMuted({}, this)) {
    setObjectName(QStringLiteral("restoreStrip"));
    setProperty("callout", true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    auto* lines = new QVBoxLayout;
    lines->setSpacing(2);
    m_title->setObjectName(QStringLiteral("restoreTitle"));
    m_words->setObjectName(QStringLiteral("restoreWords"));
    lines->addWidget(m_title);
    lines->addWidget(m_words);
    row->addLayout(lines, 1);
    const auto add = [&](const char* name, const QString& text, const QString& toolTip, auto signal, bool primary = false) {
        QPushButton* button = makeButton(QString::fromLatin1(name), text, toolTip, this, primary);
        connect(button, &QPushButton::clicked, this, signal);
        row->addWidget(button, 0, Qt::AlignTop);
    };
    add("restoreDiscard", tr("Discard"), tr("Forgets this work; the model, its runs and saved files stay"),
        &RestoreStrip::discardWanted);
    add("restoreLater", tr("Later"), tr("Asks again at the next start"), &RestoreStrip::laterWanted);
    add("restoreNow", tr("Restore"), tr("Opens it as it was; Undo takes the edits back"), &RestoreStrip::restoreWanted,
        true);
    hide();
}

void RestoreStrip::setWords(const QString& title, const QString& words) {
    m_title->setText(title);
    m_words->setText(words);
    setAccessibleName(title + QLatin1Char(' ') + words);
}

}  // namespace lorashear::ui
