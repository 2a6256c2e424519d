#include "ui/widgets/refusal_notes.h"

#include "ui/controller/session.h"

#include <QAccessible>
#include <QApplication>
#include <QFormLayout>
#include <QLabel>

namespace lorashear::ui {

namespace {

QWidget* controlOf(const QWidget* window, const QString& key) {
    QWidget* focus = QApplication::focusWidget();
    if (focus && window->isAncestorOf(focus) && focus->objectName().startsWith(key)) return focus;
    QWidget* part = nullptr;
    for (QWidget* widget : window->findChildren<QWidget*>()) {
        if (!widget->isVisibleTo(window)) continue;
        if (widget->objectName() == key) return widget;
        if (!part && widget->objectName().startsWith(key + QLatin1Char('_'))) part = widget;
    }
    return part;
}

/// The form that has the control in one of its rows, by itself or inside a composed field; the field is what is in the row.
QFormLayout* formOf(const QWidget* window, QWidget* control, QWidget*& field) {
    for (field = control; field && field != window; field = field->parentWidget())
        for (QFormLayout* form : window->findChildren<QFormLayout*>())
            if (form->indexOf(field) >= 0) return form;
    return nullptr;
}

}  // namespace

RefusalNotes::RefusalNotes(Session& session, QWidget* window) : QObject(window), m_window(window) {
    connect(&session, &Session::recipeChanged, this, &RefusalNotes::clear);
    connect(&session, &Session::editRefused, this, &RefusalNotes::show);
}

void RefusalNotes::show(const Error& error, const QString& key) {
    clear();
    QWidget *control = key.isEmpty() ? nullptr : controlOf(m_window, key), *field = nullptr;
    m_form = control ? formOf(m_window, control, field) : nullptr;
    if (!m_form) {
        Q_EMIT homeless(error);
        return;
    }
    const QString hint = QString::fromStdString(error.hint());
    m_note = new QLabel(tr("Not taken: this %1.").arg(QString::fromStdString(error.message())) +
                        (hint.isEmpty() ? hint : QLatin1Char(' ') + hint));
    m_note->setObjectName(QStringLiteral("refusal"));
    m_note->setProperty("role", QStringLiteral("refusal"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setAccessibleName(m_note->text());
    int row = 0;
    QFormLayout::ItemRole role{};
    m_form->getWidgetPosition(field, &row, &role);
    m_form->insertRow(row + 1, m_note);
    m_note->show();
    QAccessibleEvent alert(m_note, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void RefusalNotes::clear() {
    if (m_note && m_form) {
        m_form->takeRow(m_note);
        m_note->hide();
        m_note->deleteLater();
    }
    m_note = nullptr;
}

}  // namespace lorashear::ui
