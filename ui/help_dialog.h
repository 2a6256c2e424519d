#pragma once

#include "ui/help_pages.h"

#include <QDialog>

#include <utility>
#include <vector>

class QAction;
class QLineEdit;
class QListWidget;

namespace lorashear::ui {

class HelpBrowser;

/// The manual: the pages of resources/help, one shown, all searched, with a way back from links.
class HelpDialog : public QDialog {
    Q_OBJECT
public:
    explicit HelpDialog(QWidget* parent);
    /// `place` is a page's name, or with a heading's "PAGE#HEADING".
    void showPage(const QString& place);

private:
    void addButtons(QLayout& to);
    void follow(const QUrl& link);
    void turnTo(const QString& place);
    void go(int steps);
    void updateWay();
    void search(const QString& text);
    void showFound(int row);
    void findNext();
    int rowOf(const QString& id) const;

    std::vector<HelpPage> m_all;
    QLineEdit* m_search;
    QListWidget* m_pages;
    HelpBrowser* m_text;
    QAction *m_back = nullptr, *m_forward = nullptr;
    std::vector<QString> m_way;  ///< places that were looked at
    int m_at = -1;               ///< in m_way
    bool m_found = false;        ///< the place at m_at was come upon by typing, and gives way to the next one
};

}  // namespace lorashear::ui
