#pragma once

#include "core/trace/unit_kinds.h"

#include <QPoint>
#include <QWidget>

#include <vector>

namespace lorashear::ui {

/// Marks with their meaning, in as many lines as they take; only what is wider than the whole legend is elided.
class Legend : public QWidget {
    Q_OBJECT
public:
    enum class Mark {
        Attention,
        Mlp,
        Hidden,
        Folded,
        Kept,
        Protected,
        Coming,
        Whisker,
        Faded,
        Crossed,
        Boundary,
        Point  ///< of the entry's kind
    };
    struct Entry {
        QString text;
        Mark mark;
        UnitKind unit = UnitKind::Other;
    };
    explicit Legend(QWidget* parent = nullptr);
    void setEntries(std::vector<Entry> entries);
    const std::vector<Entry>& entries() const { return m_entries; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {100, sizeHint().height()}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    std::vector<QPoint> places(int width) const;  ///< of the entries, where the legend is so wide

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int lineHeight() const;

    std::vector<Entry> m_entries;
};

}  // namespace lorashear::ui
