#include "ui/widgets/fact_line.h"

namespace lorashear::ui {

namespace {

QString inOneLine(const QStringList& facts) {
    return facts.join(QStringLiteral(" · "));
}

}  // namespace

FactLine::FactLine(QWidget* parent) : ElidedLabel({}, "muted", parent) {}

void FactLine::setFacts(const QStringList& facts) {
    if (m_facts == facts) return;
    m_facts = facts;
    setToolTip(inOneLine(facts));
    updateGeometry();
    fit();
}

QSize FactLine::sizeHint() const {
    return {fontMetrics().horizontalAdvance(inOneLine(m_facts)), QLabel::sizeHint().height()};
}

void FactLine::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    fit();
}

void FactLine::fit() {
    QStringList left = m_facts;
    while (left.size() > 1 && fontMetrics().horizontalAdvance(inOneLine(left)) > width()) left.removeFirst();
    setText(inOneLine(left));
}

}  // namespace lorashear::ui
