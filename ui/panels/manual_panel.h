#pragma once

#include <QString>
#include <QWidget>

class QUrl;

namespace lorashear::ui {

class HelpBrowser;
class PanelHost;
class Studio;

/// The manual's chapter of the page in sight, beside it. Links and the button lead to the manual's own window.
class ManualPanel : public QWidget {
    Q_OBJECT
public:
    ManualPanel(Studio& studio, PanelHost& host, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void fill();
    void follow(const QUrl& link);

    PanelHost& m_host;
    HelpBrowser* m_text;
    QString m_page, m_shown;
};

}  // namespace lorashear::ui
