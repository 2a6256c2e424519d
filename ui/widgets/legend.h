#pragma once

#include <QWidget>

#include <vector>

namespace lorashear::ui {

/// A row of marks with their meaning; wraps nothing, elides what does not fit.
class Legend : public QWidget {
    Q_OBJECT
public:
    enum class Mark { Attention, Mlp, Hidden, Folded, Kept, Protected, Coming, Whisker, Faded, Crossed, Boundary };
    struct Entry {
        QString text;
        Mark mark;
    };
    explicit Legend(QWidget* parent = nullptr);
    void setEntries(std::vector<Entry> entries);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {100, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Entry> m_entries;
};

}  // namespace lorashear::ui
