#pragma once

#include <QWidget>

#include <optional>
#include <vector>

namespace lorashear::ui {

/// One stretch of a schedule.
struct TimelinePart {
    QString name;
    double steps = 0;
    int category = 0;      ///< index into the categorical palette
    bool marker = false;   ///< groups become zero at its end
    int phase = 0;         ///< of the schedule, where phases without steps count too
    bool movable = false;  ///< its end can be moved
    QString help{};        ///< what moving its end sets
};

/// Something that happened at a step: a mark in the lane below the band.
struct TimelineMark {
    enum class Kind { Chosen, Zero, Checkpoint, Problem } kind = Kind::Chosen;
    double step = 0;
    QString words;
};

/// A schedule as one band of parts in proportion to their optimizer steps. The end of a part may be dragged, or chosen by Left and Right and
/// moved by Up and Down; Escape takes a drag back. What becomes of the wish is the owner's business.
class TimelineView : public QWidget {
    Q_OBJECT
public:
    explicit TimelineView(QWidget* parent = nullptr);
    void setParts(std::vector<TimelinePart> parts);
    const std::vector<TimelinePart>& parts() const { return m_parts; }
    void setMarks(std::vector<TimelineMark> marks);
    const std::vector<TimelineMark>& marks() const { return m_marks; }
    /// The step that is looked at, as a line; nothing: none.
    void setPosition(std::optional<double> step);
    std::optional<double> position() const { return m_position; }
    void setCompact(bool compact);  ///< names in the band and no numbers: for above a slider
    void setSideRoom(int pixels);   ///< beside the band, as a slider has for its handle
    void setTotal(double steps);    ///< at least so many steps in the band
    double total() const;
    double xOf(double step) const;   ///< in pixels
    int boundaryAt(double x) const;  ///< index of the part whose movable end is there; -1
    QString wordsAt(const QPoint& at) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }

Q_SIGNALS:
    /// The end of a phase is wanted at that step. drag: a number of its own for each drag.
    void endWanted(int phase, double step, int drag);
    void lengthWanted(int phase, int more);  ///< one more or less of what makes it as long as it is

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF band() const;
    double stepAt(double x) const;
    double endOf(int part) const;
    void paintParts(QPainter& painter) const;
    void paintMarks(QPainter& painter) const;
    void describe();
    int partOf(int phase) const;

    std::vector<TimelinePart> m_parts;
    std::vector<TimelineMark> m_marks;
    std::optional<double> m_position;
    bool m_compact = false;
    int m_sideRoom = 1;
    double m_atLeast = 0;
    int m_chosen = -1;                   ///< phase whose end the keyboard has
    int m_dragged = -1, m_drags = 0;     ///< phase whose end the mouse has
    double m_dragTotal = 0, m_grip = 0;  ///< the scale while dragging; from the mouse to the end, in pixels
    double m_dragFrom = 0;               ///< the end before it was dragged
};

}  // namespace lorashear::ui
