#pragma once

#include <QTextBrowser>

namespace lorashear::ui {

/// A page of the manual as it is read: Markdown with pictures from the help folder. Nothing is loaded from anywhere else.
class HelpBrowser : public QTextBrowser {
    Q_OBJECT
public:
    explicit HelpBrowser(QWidget* parent);
    /// `anchor` is a heading's (headingAnchor), which then stands at the top; empty: the page's beginning. False: there is no such heading.
    bool showPage(const QString& markdown, const QString& anchor);

protected:
    /// Vector pictures are drawn as sharp as the screen is, in the colours of a dark window where there is such a variant (NAME-dark.svg).
    QVariant loadResource(int type, const QUrl& name) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makeDocument();
    bool scrollToAnchor();

    QString m_markdown, m_anchor;
};

}  // namespace lorashear::ui
