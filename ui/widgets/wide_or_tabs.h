#pragma once

#include <QString>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QTabWidget;

namespace lorashear::ui {

/// Two or more views of one thing: beside each other where there is room, one behind the other as tabs where there is not.
class WideOrTabs : public QWidget {
    Q_OBJECT
public:
    /// wide: pixels from which on they stand beside each other.
    WideOrTabs(const QString& objectName, const QString& accessibleName, int wide, QWidget* parent);
    /// stays: it is a tab however wide the window is, beside the views that are not.
    void add(QWidget* view, const QString& title, bool stays = false);
    void showView(QWidget* view);  ///< brings its tab forward
    bool beside() const { return m_beside; }
    /// With all that bends at the present width; views that stretch are pleased with less than they would like.
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange(bool beside);
    int leastHeight() const;

    struct View {
        QWidget* widget;
        QString title;
        bool stays;
    };
    std::vector<View> m_views;
    QHBoxLayout* m_row;
    QTabWidget* m_tabs;
    int m_wide;
    bool m_beside = false;
};

}  // namespace lorashear::ui
