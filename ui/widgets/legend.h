#pragma once

#include "core/trace/unit_kinds.h"
#include "ui/widgets/inks.h"

#include <QPoint>
#include <QWidget>

#include <set>
#include <vector>

namespace lorashear {
struct Structure;
}

namespace lorashear::ui {

/// Marks with their meaning, in as many lines as they take; only what is wider than the whole legend is elided.
class Legend : public QWidget {
    Q_OBJECT
public:
    enum class Mark {
        Bar,  ///< of the entry's kind
        Folded,
        Kept,
        Protected,
        Coming,
        Whisker,
        Faded,
        Crossed,
        Returning,
        Boundary,
        Point,    ///< of the entry's kind
        Part,     ///< of a bar, in the entry's ink
        Scale,    ///< of colours, from the least to the largest value
        Rows,     ///< stripes of a tensor
        Vanished  ///< the outline of what was there
    };
    struct Entry {
        QString text;
        Mark mark;
        UnitKind unit = UnitKind::Other;
        Ink ink = Ink::Kept;
    };
    explicit Legend(QWidget* parent = nullptr);
    void setEntries(std::vector<Entry> entries);
    /// Before the entries one for each kind that is in sight, called as everywhere.
    void setUnits(const std::set<UnitKind>& kinds, Mark mark = Mark::Bar);
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
    void arrange();

    std::vector<Entry> m_units, m_others, m_entries;
};

/// Kinds of these node groups.
std::set<UnitKind> kindsOf(const Structure& structure, const std::vector<int>& nodeGroups);
/// Kinds that a structure has groups of.
std::set<UnitKind> kindsOf(const Structure& structure);

}  // namespace lorashear::ui
