#pragma once

#include "ui/widgets/elided_label.h"

#include <QStringList>

namespace lorashear::ui {

/// Facts in one line, as many as there is room for: the first ones give way, and the last is elided. The tool tip has all.
class FactLine : public ElidedLabel {
    Q_OBJECT
public:
    explicit FactLine(QWidget* parent);
    void setFacts(const QStringList& facts);
    QSize minimumSizeHint() const override { return {0, QLabel::minimumSizeHint().height()}; }
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();

    QStringList m_facts;
};

}  // namespace lorashear::ui
