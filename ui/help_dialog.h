#pragma once

#include <QDialog>

class QLineEdit;
class QListWidget;
class QTextBrowser;

namespace lorashear::ui {

/// The manual: the pages of resources/help, one shown, all searched.
class HelpDialog : public QDialog {
    Q_OBJECT
public:
    HelpDialog(const QString& page, QWidget* parent);
    void showPage(const QString& page);

private:
    void search(const QString& text);
    void findNext();

    QLineEdit* m_search;
    QListWidget* m_pages;
    QTextBrowser* m_text;
};

}  // namespace lorashear::ui
