#include "ui/widgets/error_strip.h"

#include "ui/widgets/pieces.h"

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace lorashear::ui {

ErrorStrip::ErrorStrip(QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("errorStrip"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    auto* icon = new QLabel(this);
    icon->setPixmap(style()->standardIcon(QStyle::SP_MessageBoxWarning).pixmap(24, 24));
    row->addWidget(icon, 0, Qt::AlignTop);
    auto* lines = new QVBoxLayout;
    lines->setSpacing(2);
    m_where = makeMuted({}, this);
    m_what = makeHeading({}, this);
    m_what->setObjectName(QStringLiteral("errorWhat"));
    m_hint = new QLabel(this);
    for (QLabel* label : {m_where, m_what, m_hint}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        lines->addWidget(label);
    }
    row->addLayout(lines, 1);
    m_manual =
        makeButton(QStringLiteral("errorManual"), tr("In the manual"), tr("Opens the manual where it explains this"), this);
    connect(m_manual, &QPushButton::clicked, this, [this] { Q_EMIT manualWanted(m_place); });
    row->addWidget(m_manual, 0, Qt::AlignTop);
    QPushButton* copy = makeButton(QStringLiteral("errorCopy"), tr("Copy"), tr("Copies this message"), this);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text()); });
    row->addWidget(copy, 0, Qt::AlignTop);
    QPushButton* close = makeButton(QStringLiteral("errorDismiss"), tr("Dismiss"), tr("Hide this message"), this);
    connect(close, &QPushButton::clicked, this, &ErrorStrip::clear);
    row->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void ErrorStrip::showError(const Error& error) {
    showMessage(QString::fromStdString(error.message()), QString::fromStdString(error.subject()),
                QString::fromStdString(error.hint()));
}

void ErrorStrip::showMessage(const QString& what, const QString& where, const QString& hint) {
    m_what->setText(what);
    m_where->setText(where);
    m_where->setVisible(!where.isEmpty());
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    m_place = m_lookUp ? m_lookUp(text()) : QString();
    m_manual->setVisible(!m_place.isEmpty());
    setAccessibleName(text());
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void ErrorStrip::clear() {
    m_what->clear();
    hide();
}

QString ErrorStrip::text() const {
    QStringList parts;
    for (const QLabel* label : {m_where, m_what, m_hint})
        if (!label->text().isEmpty()) parts << label->text();
    return parts.join(QLatin1Char('\n'));
}

}  // namespace lorashear::ui
