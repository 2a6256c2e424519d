#include "ui/widgets/checked_line.h"

#include "ui/widgets/pieces.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace lorashear::ui {

CheckedLine::CheckedLine(QWidget* parent) : QWidget(parent), m_line(new QLineEdit(this)), m_problem(makeProblem({}, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(m_line, 1);
    column->addLayout(row);
    m_problem->hide();
    column->addWidget(m_problem);
    m_line->installEventFilter(this);
    connect(m_line, &QLineEdit::editingFinished, this, &CheckedLine::commit);
}

QPushButton* CheckedLine::addBrowse(const QString& objectName, const QString& accessibleName, std::function<void()> browse) {
    QPushButton* button = makeButton(objectName, tr("Browse…"), accessibleName, this);
    button->setAccessibleName(accessibleName);
    connect(button, &QPushButton::clicked, this, [browse] { browse(); });
    static_cast<QHBoxLayout*>(layout()->itemAt(0)->layout())->addWidget(button);
    return button;
}

void CheckedLine::offer(const QString& entry) {
    m_line->setText(entry);
    commit();
}

void CheckedLine::setValue(const QString& value, bool force) {
    if (value == m_value && !force && (!m_problem->isHidden() || m_line->text() == value)) return;
    m_value = value;
    if (m_line->text() != value) m_line->setText(value);
    m_line->setToolTip(value.isEmpty() ? toolTip() : toolTip() + QLatin1Char('\n') + value);
    tell({});
}

QString CheckedLine::problem() const {
    return m_problem->isHidden() ? QString() : m_problem->text();
}

void CheckedLine::tell(const QString& problem) {
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_line->setAccessibleDescription(problem.isEmpty() ? toolTip() : problem);
    if (problem == m_told) return;
    m_told = problem;
    Q_EMIT problemChanged(problem);
}

void CheckedLine::commit() {
    const QString entry = m_tidy ? m_tidy(m_line->text()) : m_line->text().trimmed();
    if (entry == m_value) {
        if (m_line->text() != m_value) m_line->setText(m_value);
        return tell({});
    }
    const QString wrong = m_check ? m_check(entry) : QString();
    tell(wrong);
    if (!wrong.isEmpty()) return;
    m_value = entry;
    m_line->setText(entry);
    Q_EMIT entered(entry);
}

bool CheckedLine::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_line && event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape &&
        m_line->text() != m_value) {
        setValue(m_value, true);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace lorashear::ui
