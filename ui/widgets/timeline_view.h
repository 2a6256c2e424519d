#pragma once

#include <QWidget>

#include <vector>

namespace lorashear::ui {

/// One stretch of a schedule.
struct TimelinePart {
    QString name;
    double steps = 0;
    int category = 0;     ///< index into the categorical palette
    bool marker = false;  ///< groups become zero at its end
};

/// A schedule as one band of parts in proportion to their optimizer steps.
class TimelineView : public QWidget {
    Q_OBJECT
public:
    explicit TimelineView(QWidget* parent = nullptr);
    void setParts(std::vector<TimelinePart> parts);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<TimelinePart> m_parts;
};

}  // namespace lorashear::ui
