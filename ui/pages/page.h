#pragma once

#include "ui/widgets/stage_rail.h"

#include <QWidget>

#include <vector>

class QPushButton;

namespace lorashear::ui {

class Studio;

/// One stage of the work, filling the middle of the window. Shows what the session holds, asks the studio to act.
class Page : public QWidget {
    Q_OBJECT
public:
    Page(Studio& studio, const QString& id, QWidget* parent);
    virtual StageState state() const = 0;  ///< the rail's glyph
    /// Where the keyboard goes when the page comes instead of the one that had it: never to a control that undoes or stops something.
    virtual void takeFocus() {}

protected:
    /// `action` now while the page is visible, else once when it is shown next: hidden pages cost nothing.
    void refreshWhenVisible();
    virtual void refresh() = 0;
    /// For the page's head: there while the next step (next_step.h) is another page.
    QPushButton* nextButton();
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

    Studio& m_studio;

private:
    void showNextStep();
    QString m_id, m_nextPage;
    QPushButton* m_next = nullptr;
    bool m_stale = true;
};

struct PageEntry {
    QString id, title, toolTip;
    Page* (*make)(Studio& studio, QWidget* parent);
};

/// The table of pages, in the rail's order. A new page is one line in ui/pages/builtin_pages.cpp.
const std::vector<PageEntry>& builtinPages();

}  // namespace lorashear::ui
