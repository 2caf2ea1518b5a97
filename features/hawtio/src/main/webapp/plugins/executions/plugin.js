/*
 * Tells hawtio of the page "Executions": its route, its entry in the menu, and the component that opens it. hawtio runs
 * this file as a script before its application starts; everything else of the page is modules, loaded when it is opened.
 */
(function () {
  'use strict';

  const MODULE = 'link-moderation-executions';
  const FOLDER = new URL('plugins/executions/', document.baseURI);

  /** The part of the address after the question mark, which says what the page shows. */
  function addressOf($location, $rootScope) {
    return {
      read: () => $location.search(),
      write: parameters => $rootScope.$applyAsync(() => $location.search(parameters)),
    };
  }

  function ExecutionsPage($element, $location, $rootScope, $scope) {
    let page;
    let isGone = false;

    this.$onInit = () => {
      import(new URL('page.js', FOLDER).href).then(({openPage}) => {
        if (!isGone) {
          page = openPage($element[0], addressOf($location, $rootScope));
        }
      }, () => $element.text('The page could not be loaded. Reload it, and log in again if you are asked to.'));
    };
    $scope.$on('$routeUpdate', () => page && page.show());
    this.$onDestroy = () => {
      isGone = true;
      if (page) {
        page.close();
      }
    };
  }
  ExecutionsPage.$inject = ['$element', '$location', '$rootScope', '$scope'];

  function addRoute($routeProvider) {
    $routeProvider.when('/executions', {
      template: '<link-moderation-executions></link-moderation-executions>',
      reloadOnSearch: false,
    });
  }
  addRoute.$inject = ['$routeProvider'];

  function addToMenu(mainNavService, workspace) {
    mainNavService.addItem({
      title: 'Executions',
      href: '/executions',
      isValid: () => workspace.treeContainsDomainAndProperties('org.linkmoderation', {type: 'Executions'}),
      rank: 1,
    });
  }
  addToMenu.$inject = ['mainNavService', 'workspace'];

  angular
    .module(MODULE, [])
    .config(addRoute)
    .run(addToMenu)
    .component('linkModerationExecutions', {controller: ExecutionsPage});

  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = new URL('executions.css', FOLDER).href;
  document.head.append(style);

  hawtioPluginLoader.addModule(MODULE);
})();
